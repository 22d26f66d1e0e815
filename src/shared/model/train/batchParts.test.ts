import { describe, expect, it } from 'vitest'
import { parseTrainConfig } from '../trainConfigParse.ts'
import { finerParts } from './batchParts.ts'

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
    expect(problems(8, 3)).toMatchObject([{ path: 'device.batchParts', rule: { key: 'unequalParts', data: { batchSize: 8, parts: 3 } } }])
    expect(problems(4, 8)).toHaveLength(1)
  })
})
