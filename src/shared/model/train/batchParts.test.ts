import { describe, expect, it } from 'vitest'
import { parseTrainConfig } from '../trainConfigParse.ts'
import { finerParts, nearestMultiple } from './batchParts.ts'

describe('parts of a batch', () => {
  it.each([
    [8, [2, 4, 8]],
    [12, [2, 4, 12]],
    [6, [2, 6]],
    [7, [7]],
    [1, []],
  ])('a batch of %i is divided into %j', (batchSize, expected) => {
    const seen: number[] = []
    for (let parts = finerParts(batchSize, 1); parts !== null; parts = finerParts(batchSize, parts)) seen.push(parts)
    expect(seen).toEqual(expected)
  })
  it('must be equal', () => {
    const problems = (batchSize: number, batchParts: number) => parseTrainConfig({ data: { batchSize }, device: { batchParts } }).problems
    expect(problems(8, 4)).toEqual([])
    expect(problems(8, 3)).toMatchObject([
      { path: 'device.batchParts', rule: { key: 'unequalParts', data: { batchSize: 8, parts: 3, nearest: 9 } } },
    ])
    expect(problems(4, 8)).toHaveLength(1)
  })
  it.each([
    [7, 2, 6],
    [5, 4, 4],
    [6, 4, 4],
    [7, 4, 8],
    [1, 8, 8],
  ])('a batch of %i for %i processes names the nearest one, %i', (batchSize, processes, nearest) => {
    expect(nearestMultiple(batchSize, processes)).toBe(nearest)
    const { problems } = parseTrainConfig({ data: { batchSize }, device: { processes } })
    expect(problems).toMatchObject([
      { code: 'config/invalid', path: 'data.batchSize', rule: { key: 'unequalShares', data: { batchSize, processes, nearest } } },
    ])
    expect(problems[0]!.message).toContain(String(nearest))
    expect(parseTrainConfig({ data: { batchSize: nearest }, device: { processes } }).problems).toEqual([])
  })
  it('parts divide the share of a process', () => {
    const of = (batchParts: number) => parseTrainConfig({ data: { batchSize: 12 }, device: { processes: 2, batchParts } }).problems
    expect(of(3)).toEqual([])
    expect(of(4)).toMatchObject([{ path: 'device.batchParts', rule: { data: { batchSize: 6, parts: 4, nearest: 8 } } }])
  })
})
