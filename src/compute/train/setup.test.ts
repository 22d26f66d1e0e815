import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../shared/model/config/bases.ts'
import { lossNames } from '../../shared/model/train/losses/table.ts'
import { checkTrainConfig, orThrow, requireTrainConfig } from '../../shared/model/trainConfigParse.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { Net } from '../nn/net.ts'
import { configHash, evalTransforms, itemsOf, modelOf, trainTransforms } from './setup.ts'

const folder = new URL('../../../resources/presets/', import.meta.url)
const presets = readdirSync(folder).filter((name) => name.endsWith('.json'))

describe('presets', () => {
  const source = (name: string) => ({ from: 'preset' as const, name, text: readFileSync(new URL(`${name}.json`, folder), 'utf8') })
  it.each(presets)('%s is a whole config whose network can be built, with its losses', async (name) => {
    const { node } = await loadConfig(source(name.slice(0, -'.json'.length)), (base) => Promise.resolve(source(base)))
    const { config } = orThrow(checkTrainConfig(node))
    const net = new Net(new GraphBuilder(), false)
    const model = modelOf(config, 21)
    model.infer(net)
    const { losses } = model.train(new Net(new GraphBuilder(), true), { batch: 1, height: 64, width: 64 })
    expect(Object.keys(losses)).toEqual(lossNames(config.loss))
    expect(net.parameters.length).toBeGreaterThan(50)
    const crop = trainTransforms(config).find((transform) => transform.type === 'RandomCrop')
    expect(crop?.size).toEqual(config.data.cropSize)
    expect(evalTransforms(config).at(-1)).toMatchObject({ type: 'ResizeToMultiple', divisor: 32 })
  })
})

describe('setup', () => {
  const config = requireTrainConfig({})
  it('always ends evaluation on multiples of 32', () => {
    const own = requireTrainConfig({ data: { val: [{ type: 'Resize', scale: [100, 50] }] } })
    expect(evalTransforms(own).map(({ type }) => type)).toEqual(['Resize', 'ResizeToMultiple'])
  })
  it('names what shapes the loss curve and nothing else', () => {
    const hash = (change: object) => configHash(requireTrainConfig(change))
    for (const same of [
      { data: { workers: 4 } },
      { device: { threads: 1 } },
      { loop: { logEvery: 9, epochs: 3 } },
      { checkpoint: { keep: 9 } },
    ])
      expect(hash(same)).toBe(configHash(config))
    for (const other of [
      { seed: 1 },
      { data: { batchSize: 5 } },
      { optimizer: { lr: 0.5 } },
      { schedule: { power: 2 } },
      { model: { variant: 'mit-b1' } },
      { ema: { enabled: true } },
      { precision: 'fp16' },
    ])
      expect(hash(other)).not.toBe(configHash(config))
  })
  it('takes the items of any of the splits once', () => {
    const item = (id: string, split: string[]) => ({ id, name: id, imagePath: 'i', labelPath: 'l', width: 1, height: 1, split })
    const snapshot = {
      datasetId: 'd',
      hash: 'h',
      classes: [{ id: 'c', name: 'c', color: '#000000' }],
      ignoreIndex: 255 as const,
      items: [item('a', ['train']), item('b', ['val', 'train']), item('c', ['test'])],
    }
    expect(itemsOf(snapshot, ['train', 'val']).map(({ id }) => id)).toEqual(['a', 'b'])
  })
})
