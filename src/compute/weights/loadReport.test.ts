import { describe, expect, it } from 'vitest'
import { compareWeights, describeReport, requireBackbone } from './loadReport.ts'

const shaped = (entries: Record<string, number[]>): Map<string, { shape: number[] }> =>
  new Map(Object.entries(entries).map(([name, shape]) => [name, { shape }]))
const isBackbone = (name: string): boolean => name.startsWith('backbone.')

describe('load report', () => {
  it('sorts every tensor into one list', () => {
    const report = compareWeights(
      shaped({ 'backbone.a': [2], 'backbone.b': [3], 'head.c': [4] }),
      shaped({ 'backbone.a': [2], 'backbone.b': [1, 3], 'head.d': [1] }),
      isBackbone,
    )
    expect(report.matched).toEqual(['backbone.a'])
    expect(report.missing).toEqual(['head.c'])
    expect(report.unexpected).toEqual(['head.d'])
    expect(report.shapeMismatch).toEqual([{ name: 'backbone.b', model: [3], file: [1, 3] }])
    expect(report.backboneMatch).toBe(0.5)
    expect(describeReport(report)).toBe(
      '1 matched, 1 missing (head.c), 1 unexpected (head.d), 1 of another shape (backbone.b 1x3 instead of 3)',
    )
  })

  it('refuses under 95 % of the backbone, whatever the head', () => {
    const model = shaped(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`backbone.${i}`, [1]])))
    const without = (n: number): Map<string, { shape: number[] }> => new Map([...model].slice(n))
    expect(() => requireBackbone(compareWeights(model, without(1), isBackbone))).not.toThrow()
    expect(() => requireBackbone(compareWeights(model, without(2), isBackbone))).toThrow(/only 90 %/)
    expect(() => requireBackbone(compareWeights(model, without(2), isBackbone), { allowPartial: true })).not.toThrow()
  })
})
