import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { assign } from '../../../shared/model/config/assign.ts'
import { checkTrainConfig, orThrow } from '../../../shared/model/trainConfigParse.ts'
import { loadPreset, presetIds, readPresetTexts } from './presets.ts'
import { presetOf } from './runPreset.ts'

const texts = await readPresetTexts(path.resolve(import.meta.dirname, '../../../..'))
const resolved = async (id: string, ...sets: string[]) => {
  const { node } = await loadPreset(texts, id)
  return orThrow(checkTrainConfig(sets.reduce(assign, node))).config
}

describe('presets', () => {
  it('are whole configs, every one; their bases cannot be chosen', async () => {
    const ids = presetIds(texts)
    expect(ids).toContain('segformer-b0-quick')
    expect(ids.some((id) => id.startsWith('bases'))).toBe(false)
    for (const id of ids) await expect(resolved(id), id).resolves.toMatchObject({ model: { type: 'segformer' } })
  })

  it('restate the four trainings on VOC: what differs between them is what the notes changed', async () => {
    const v1 = await resolved('segformer-b2-voc-v1')
    const first = await resolved('segformer-b2-voc-v2-first')
    const final = await resolved('segformer-b2-voc-v2-final')
    expect(v1).toMatchObject({
      model: { variant: 'mit-b2', embedDim: 256 },
      data: { trainSplits: ['train', 'aug'], batchSize: 18 },
      loss: [{ type: 'crossEntropy', avgNonIgnore: false }],
      optimizer: { lr: 6e-5, rules: [{ match: 'pos_block' }, { match: 'norm', decayMult: 0 }, { match: 'head', lrMult: 10 }] },
      schedule: { by: 'epoch', end: 201, warmup: { length: 15, unit: 'epoch' } },
      loop: { epochs: 200 },
      checkpoint: { every: { unit: 'epoch', every: 10 } },
    })
    const types = (config: typeof v1) => config.data.train.map(({ type }) => type)
    expect(types(v1)).toEqual(['RandomResize', 'RandomCrop', 'RandomFlip', 'Pad'])
    expect(types(first)).toEqual(['RandomResize', 'RandomCrop', 'RandomFlip', 'PhotoMetricDistortion', 'Pad'])
    expect(types(final)).toEqual(types(first))
    expect(first.loss).toMatchObject([{ type: 'sigmoidFocal', gamma: 2, alpha: 0.5, average: 'all' }])
    expect(final.loss).toMatchObject([first.loss[0], { type: 'dice', form: 'global', activation: 'sigmoid' }])
    for (const other of [first, final]) expect({ ...other, data: v1.data, loss: v1.loss }).toEqual(v1)
  })

  it('follow one changed value everywhere', async () => {
    const config = await resolved('segformer-b2-voc-v2-final', 'data.cropSize=[256,256]', 'loop.validateEvery.every=2')
    expect(config.data.train.filter((transform) => 'size' in transform).map((transform) => transform.size)).toEqual([
      [256, 256],
      [256, 256],
    ])
    expect(config.checkpoint.every.every).toBe(2)
  })

  it('are found again from the texts a run remembers, whatever the installed ones say by then', async () => {
    const { sources } = await loadPreset(texts, 'segformer-b2-voc-v1')
    const remembered = sources.map((source) => ({
      ...source,
      text: source.text.replace('"lr": 6e-5', '"lr": 7e-5').replace('"lr": 0.00006', '"lr": 7e-5'),
    }))
    expect(remembered).not.toEqual(sources)
    const set = { from: 'set', name: 'seed', text: 'seed=3' } as const
    const found = await presetOf({ origins: {}, sources: [...remembered, set] })
    expect(found?.name).toBe('segformer-b2-voc-v1')
    expect(found?.config).toEqual({ ...(await resolved('segformer-b2-voc-v1', 'optimizer.lr=7e-5')) })
    expect(await presetOf({ origins: {}, sources: [set] })).toBeNull()
    expect(await presetOf({ origins: {}, sources: [{ from: 'preset', name: 'old', text: '{"gone": 1}' }] })).toBeNull()
  })
})
