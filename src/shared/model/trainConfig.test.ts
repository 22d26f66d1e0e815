import { describe, expect, it } from 'vitest'
import { AppError } from '../errors.ts'
import { lossNames, wrongClassWeights } from './train/losses/table.ts'
import { trainConfigJsonSchema } from './trainConfig.ts'
import { requireSamTune } from './samTuneParse.ts'
import { parseTrainConfig, requireTrainConfig } from './trainConfigParse.ts'

describe('parseTrainConfig', () => {
  it('fills every default of an empty config, and accepts its own result again', () => {
    const { config } = parseTrainConfig({})
    expect(config?.model).toMatchObject({ type: 'segformer', variant: 'mit-b0' })
    expect(config?.data).toMatchObject({ batchSize: 4, cropSize: [256, 256], train: [] })
    expect(parseTrainConfig(config).config).toEqual(config)
  })
  it('takes the default type where none is given', () => {
    expect(parseTrainConfig({ optimizer: { lr: 0.01 }, schedule: { power: 2 } }).config).toMatchObject({
      optimizer: { type: 'adamw', lr: 0.01 },
      schedule: { type: 'poly', power: 2 },
    })
  })
  it('names the nearest key of an unknown one, at any depth', () => {
    const { problems } = parseTrainConfig({
      data: { batchsize: 2, train: [{ type: 'RandomCrop', size: [64, 64], catMaxRation: 1 }] },
      optimzer: {},
    })
    expect(problems).toHaveLength(3)
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'config/unknown-key', path: 'data.batchsize', nearest: 'batchSize' }),
        expect.objectContaining({ code: 'config/unknown-key', path: 'data.train.0.catMaxRation', nearest: 'catMaxRatio' }),
        expect.objectContaining({ code: 'config/unknown-key', path: 'optimzer', nearest: 'optimizer' }),
      ]),
    )
  })
  it('names the nearest type of an unknown one', () => {
    const { problems } = parseTrainConfig({
      model: { type: 'segfomer' },
      data: { train: [{ type: 'randomCorp' }] },
      optimizer: { type: 'quicksgd' },
    })
    expect(problems).toMatchObject([
      { code: 'config/unknown-type', path: 'model.type', nearest: 'segformer' },
      { code: 'config/unknown-type', path: 'data.train.0.type', nearest: 'RandomCrop' },
      { code: 'config/unknown-type', path: 'optimizer.type', nearest: 'sgd' },
    ])
    expect(problems[2]?.message).toContain('sgd')
  })
  it('names the nearest value of an enumeration', () => {
    expect(parseTrainConfig({ model: { variant: 'mit-bo' }, device: { provider: 'webgl' } }).problems).toMatchObject([
      { code: 'config/invalid', path: 'model.variant', nearest: 'mit-b0' },
      { code: 'config/invalid', path: 'device.provider', nearest: 'webgpu' },
    ])
  })
  it('refuses values out of range and sizes that are no multiple of 32', () => {
    const paths = parseTrainConfig({
      data: { batchSize: 0, cropSize: [250, 256] },
      optimizer: { lr: -1 },
      loop: { epochs: 1.5 },
    }).problems.map((p) => p.path)
    expect(paths).toEqual(['data.batchSize', 'data.cropSize.0', 'optimizer.lr', 'loop.epochs'])
  })
  it('checks rules between keys', () => {
    expect(parseTrainConfig({ model: { variant: 'custom' } }).problems.map((p) => p.path)).toEqual([
      'model.dims',
      'model.depths',
      'model.heads',
      'model.srRatios',
    ])
    expect(parseTrainConfig({ model: { dims: [8, 8, 8, 8] } }).problems.map((p) => p.path)).toEqual(['model.dims'])
    const custom = { variant: 'custom', dims: [8, 12, 16, 16], depths: [1, 1, 1, 1], heads: [1, 5, 2, 2], srRatios: [8, 4, 2, 1] }
    expect(parseTrainConfig({ model: custom }).problems.map((p) => p.path)).toEqual(['model.dims.1'])
  })
  it('refuses Nesterov without momentum or with dampening', () => {
    for (const over of [{ momentum: 0 }, { dampening: 0.1 }])
      expect(parseTrainConfig({ optimizer: { type: 'sgd', nesterov: true, ...over } }).problems.map((p) => p.path)).toEqual([
        'optimizer.nesterov',
      ])
    expect(parseTrainConfig({ optimizer: { type: 'sgd', nesterov: true } }).problems).toEqual([])
  })
  it('takes a list of losses with a curve each, of which one must teach', () => {
    expect(parseTrainConfig({}).config?.loss).toMatchObject([{ type: 'crossEntropy', weight: 1, avgNonIgnore: true }])
    const { config } = parseTrainConfig({
      loss: [{ type: 'crossEntropy' }, { type: 'crossEntropy', weight: 0 }, { type: 'crossEntropy', name: 'all' }],
    })
    expect(lossNames(config!.loss)).toEqual(['crossEntropy', 'crossEntropy-2', 'all'])
    const paths = (loss: unknown) => parseTrainConfig({ loss }).problems.map((p) => [p.path, p.nearest])
    expect(paths([])).toEqual([['loss', null]])
    expect(paths({ type: 'crossEntropy' })).toEqual([['loss', null]])
    expect(paths([{ type: 'crossEntropy', weight: 0 }])).toEqual([['loss', null]])
    expect(paths([{ type: 'crossEntropie' }])).toEqual([['loss.0.type', 'crossEntropy']])
    expect(paths([{ type: 'crossEntropy', labelSmooth: 1 }])).toEqual([['loss.0.labelSmooth', 'labelSmoothing']])
    expect(paths([{ type: 'crossEntropy', name: 'a b' }])).toEqual([['loss.0.name', null]])
    expect(wrongClassWeights(parseTrainConfig({ loss: [{ type: 'crossEntropy', classWeights: [1, 2] }] }).config!.loss, 3)).toEqual([
      {
        path: 'loss.0.classWeights',
        message: '2 weights for 3 classes',
        rule: { key: 'classWeightCount', data: { weights: 2, classes: 3 } },
      },
    ])
  })
  it('knows which transforms validation may use', () => {
    const val = [{ type: 'Resize', scale: [64, 32] }, { type: 'RandomFlip' }, { type: 'ResizeToMultiple' }]
    expect(parseTrainConfig({ data: { val } }).problems.map((p) => p.path)).toEqual(['data.val.1.type'])
  })
  it('survives what is no config at all', () => {
    for (const junk of [null, 3, 'x', [], { data: null }, { model: [] }, JSON.parse('{"__proto__":{"x":1}}')])
      expect(parseTrainConfig(junk).problems.length, JSON.stringify(junk)).toBeGreaterThan(0)
  })
  it('throws the first problem where a config is required', () => {
    expect(() => requireTrainConfig({ optimizer: { rl: 1 } })).toThrow(AppError)
    expect(() => requireTrainConfig({ optimizer: { rl: 1 } })).toThrow(/optimizer\.rl.*did you mean "lr"/)
  })
  it('names the rule that is broken, so that a page says it in its language', () => {
    const errorOf = (work: () => unknown): unknown => {
      try {
        return work()
      } catch (error) {
        return error
      }
    }
    const tuning = { task: 'promptedMask' }
    const batchOf = (batchSize: number) => ({ data: { batchSize } })
    const tooSmall = { code: 'config/invalid', data: { path: 'data.batchSize', rule: 'tooSmall', min: 1 } }
    expect(errorOf(() => requireTrainConfig(batchOf(0)))).toMatchObject(tooSmall)
    expect(errorOf(() => requireSamTune({ ...tuning, ...batchOf(0) }))).toMatchObject(tooSmall)
    expect(errorOf(() => requireSamTune({ ...tuning, ahead: 1 }))).toMatchObject({
      code: 'config/unknown-key',
      data: { rule: 'unknownKey', key: 'ahead' },
    })
  })
})

describe('trainConfigJsonSchema', () => {
  it('carries bounds, units and defaults for the form', () => {
    const text = JSON.stringify(trainConfigJsonSchema())
    expect(text).toContain('"unit":"px"')
    expect(text).toContain('"multipleOf":32')
    expect(text).toContain('"default":0.001')
  })
})
