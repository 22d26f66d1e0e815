import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { WeightNaming } from '../../shared/model/weights.ts'
import {
  compareWeights,
  describeReport,
  matchWeights,
  requireAccepted,
  type MatchedWeights,
  type WeightRules,
  type WeightTarget,
} from './loadReport.ts'
import { recogniseWeights, renameWeights } from './names/recognise.ts'
import { openWeightFile, type WeightFile } from './weightFile.ts'
import type { WeightTensor } from './weightTensor.ts'

const fixture = (name: string): string => path.join(import.meta.dirname, '../../../tests/fixtures/weights', name)
function opened<T>(name: string, work: (file: WeightFile) => T): T {
  const file = openWeightFile(fixture(name))
  try {
    return work(file)
  } finally {
    file.close()
  }
}
const readAll = (tensors: ReadonlyMap<string, WeightTensor>): Map<string, { shape: readonly number[]; data: Float32Array }> =>
  new Map([...tensors].map(([name, tensor]) => [name, { shape: tensor.shape, data: tensor.read() }]))
const own = opened('own.safetensors', ({ sections }) => readAll(sections[0]!.tensors))
const isBackbone = (name: string): boolean => name.startsWith('backbone.')
const target: WeightTarget = { tensors: own, isBackbone, isClassifier: (name) => name.startsWith('decode_head.linear_pred.') }
const rules: WeightRules = { naming: 'auto', use: 'auto', minMatched: 0.95, head: 'load' }
function match(name: string, change: Partial<WeightRules> = {}): { report: MatchedWeights['report']; values: ReturnType<typeof readAll> } {
  return opened(name, (file) => {
    const { report, load } = matchWeights(file, target, { ...rules, ...change })
    return { report, values: readAll(load) }
  })
}
const backboneOf = (all: ReturnType<typeof readAll>): typeof all => new Map([...all].filter(([name]) => isBackbone(name)))
const sorted = (all: ReturnType<typeof readAll>): [string, unknown][] => [...all].sort(([a], [b]) => (a < b ? -1 : 1))
const counts = { backbone: [...own.keys()].filter(isBackbone).length, all: own.size }

describe('every naming gives the same numbers under our names', () => {
  const cases: [file: string, naming: WeightNaming, prefix: string, section: string, head: MatchedWeights['report']['head']['rule']][] = [
    ['own.safetensors', 'nvidia', 'backbone.', '', 'loaded'],
    ['nvidia.onnx', 'nvidia', 'backbone.', '', 'loaded'],
    ['whole-nvidia.pth', 'nvidia', 'module.backbone.', 'state_dict', 'loaded'],
    ['whole-nvidia-legacy.pth', 'nvidia', 'module.backbone.', 'model', 'loaded'],
    ['bare-nvidia-legacy.pth', 'nvidia', '', '', 'absent'],
    ['mmseg.pth', 'mmseg', 'backbone.', 'state_dict', 'otherDesign'],
    ['hf-seven-classes.safetensors', 'hf', 'segformer.encoder.', '', 'classifierReinit'],
  ]
  it.each(cases)('%s: %s names after "%s"', (file, naming, prefix, section, head) => {
    const { report, values } = match(file)
    expect(report).toMatchObject({ naming, prefix, section, accepted: true, unexpected: [], file })
    expect(report.backbone).toEqual({ matched: counts.backbone, total: counts.backbone })
    expect(report.head.rule).toBe(head)
    expect(report.head.matched).toBe(values.size - counts.backbone)
    const classifier = head === 'classifierReinit' ? 2 : 0
    const expected =
      head === 'loaded'
        ? own
        : head === 'classifierReinit'
          ? new Map([...own].filter(([name]) => !target.isClassifier(name)))
          : backboneOf(own)
    expect(values.size).toBe(expected.size)
    expect(report.shapeMismatch.map(({ name }) => name).filter((name) => target.isClassifier(name))).toHaveLength(classifier)
    expect(sorted(values)).toEqual(sorted(expected))
  })

  it('half precision is rounded, nothing else', () => {
    const { report, values } = match('hf-imagenet.bin')
    expect(report).toMatchObject({ naming: 'hf', head: { rule: 'absent', matched: 0 } })
    expect(report.dropped).toEqual(['weight', 'bias'].map((p) => ({ name: `classifier.${p}`, why: 'imagenetClassifier' })))
    for (const [name, { data }] of backboneOf(own))
      data.forEach((value, i) => expect(Math.abs(values.get(name)!.data[i]! - value)).toBeLessThanOrEqual(Math.abs(value) / 1024 + 1e-7))
  })

  it('says what is of no use, and why', () => {
    const why = (name: string): Record<string, number> => {
      const found: Record<string, number> = {}
      for (const each of match(name).report.dropped) found[each.why] = (found[each.why] ?? 0) + 1
      return found
    }
    expect(why('bare-nvidia-legacy.pth')).toEqual({ imagenetClassifier: 2 })
    expect(why('whole-nvidia.pth')).toEqual({ counter: 1 })
    expect(why('mmseg.pth')).toEqual({ counter: 5, otherHead: 27 })
  })

  it('takes the averaged weights when asked to', () => {
    const { report, values } = match('whole-nvidia.pth', { use: 'ema' })
    expect(report).toMatchObject({ section: 'ema.module', prefix: 'backbone.', accepted: true })
    expect(values.get('backbone.norm1.weight')!.data).not.toEqual(own.get('backbone.norm1.weight')!.data)
  })

  it('leaves the head out when asked to', () => {
    const { report, values } = match('own.safetensors', { head: 'skip' })
    expect(report.head).toMatchObject({ rule: 'skipped', matched: 0 })
    expect(report.dropped.filter(({ why }) => why === 'skipped')).toHaveLength(counts.all - counts.backbone)
    expect(sorted(values)).toEqual(sorted(backboneOf(own)))
  })
})

describe('load rule', () => {
  it('refuses the wrong naming, and what is no SegFormer', () => {
    expect(() => match('mmseg.pth', { naming: 'hf' })).toThrow(expect.objectContaining({ code: 'weights/unknown-names' }))
    expect(() => match('types.pth')).toThrow(expect.objectContaining({ code: 'weights/unknown-names' }))
    // Exactly our prefixes means exactly those.
    expect(() => match('whole-nvidia.pth', { naming: 'own' })).toThrow(expect.objectContaining({ code: 'weights/unknown-names' }))
    expect(match('own.safetensors', { naming: 'own' }).report.head.rule).toBe('loaded')
  })

  it('refuses under 95 % of the backbone, whatever the head, and says how much there is', () => {
    opened('own.safetensors', (file) => {
      const [section] = file.sections
      const without = (n: number): MatchedWeights => {
        const names = [...section!.tensors.keys()]
          .filter(isBackbone)
          .filter((name) => !name.includes('patch_embed1.proj'))
          .slice(0, n)
        const tensors = new Map([...section!.tensors].filter(([name]) => !names.includes(name)))
        return matchWeights({ ...file, sections: [{ ...section!, tensors }] }, target, rules)
      }
      const allowed = Math.floor(counts.backbone * 0.05)
      expect(() => requireAccepted(without(allowed))).not.toThrow()
      expect(() => requireAccepted(without(allowed + 1))).toThrow(/only 9\d % .* 95 % are needed/)
      expect(without(allowed + 1).report).toMatchObject({ accepted: false, backbone: { matched: counts.backbone - allowed - 1 } })
    })
  })

  it('takes no whole numbers for weights, and no value that is no number', () => {
    opened('own.safetensors', (file) => {
      const [section] = file.sections
      const name = 'backbone.norm1.weight'
      const withTensor = (change: Partial<WeightTensor>): MatchedWeights => {
        const tensors = new Map(section!.tensors).set(name, { ...section!.tensors.get(name)!, ...change })
        return matchWeights({ ...file, sections: [{ ...section!, tensors }] }, target, rules)
      }
      const bad = (pattern: RegExp): unknown =>
        expect.objectContaining({ code: 'weights/bad-file', message: expect.stringMatching(pattern) as unknown })
      expect(() => withTensor({ dtype: 'I8' })).toThrow(bad(/own\.safetensors: backbone\.norm1\.weight holds whole numbers \(I8\)/))
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
        expect(() =>
          withTensor({ read: () => Float32Array.of(1, value, 1, 1) })
            .load.get(name)!
            .read(),
        ).toThrow(bad(/own\.safetensors: backbone\.norm1\.weight holds a value that is no finite number/))
    })
  })

  it('a name that stands behind thousands of prefixes costs no time', () => {
    const tensors = new Map(
      Array.from({ length: 20_000 }, (_, i): [string, WeightTensor] => [
        `p${i}.patch_embed1.proj.weight`,
        { dtype: 'F32', shape: [0], read: () => new Float32Array(0) },
      ]),
    )
    const started = performance.now()
    expect(recogniseWeights(tensors, 'auto').unexpected).toHaveLength(19_999)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('sorts every tensor into one list', () => {
    const shaped = (entries: Record<string, number[]>): Map<string, { shape: number[] }> =>
      new Map(Object.entries(entries).map(([name, shape]) => [name, { shape }]))
    expect(
      compareWeights(
        shaped({ 'backbone.a': [2], 'backbone.b': [3], 'head.c': [4] }),
        shaped({ 'backbone.a': [2], 'backbone.b': [1, 3], 'head.d': [1] }),
      ),
    ).toEqual({
      matched: ['backbone.a'],
      missing: ['head.c'],
      unexpected: ['head.d'],
      shapeMismatch: [{ name: 'backbone.b', model: [3], file: [1, 3] }],
    })
  })

  it('tells a log what happened', () => {
    const lines = describeReport(match('hf-seven-classes.safetensors').report)
    expect(lines.slice(0, 3)).toEqual([
      'weights: hf-seven-classes.safetensors (safetensors, hf names, prefix segformer.encoder.)',
      `weights: backbone ${counts.backbone} of ${counts.backbone} tensors (100 %)`,
      'weights: head 13 of 15 tensors; loaded except the classifier, which starts anew: it has another number of classes',
    ])
    expect(lines[3]).toContain('decode_head.linear_pred.weight 7x8x1x1 instead of 5x8x1x1')
  })
})

describe('names written back', () => {
  const tensors = new Map(
    [...own].map(([name, { shape, data }]): [string, WeightTensor] => [name, { dtype: 'F32', shape, read: () => data }]),
  )
  it.each(['own', 'nvidia', 'hf', 'mmseg'] as const)('%s and back again is the same to the last bit', (naming) => {
    const there = renameWeights(tensors, naming)
    const back = recogniseWeights(there.tensors, naming === 'own' ? 'own' : 'auto')
    expect(back).toMatchObject({ naming, unexpected: [], dropped: [] })
    const expected = naming === 'mmseg' ? backboneOf(own) : own
    expect(there.leftOut).toEqual([...own.keys()].filter((name) => !expected.has(name)))
    expect(sorted(readAll(back.tensors))).toEqual(sorted(expected))
  })
})
