import { afterEach, describe, expect, it } from 'vitest'
import { denseLoss } from '../../src/compute/losses/table.ts'
import { segformerConfig } from '../../src/compute/models/segformer/config.ts'
import { segformerModel } from '../../src/compute/models/segformer/segformer.ts'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import { createTrainStep } from '../../src/compute/train/createStep.ts'
import type { Batch, NamedArray, TrainStep, TrainStepOptions } from '../../src/compute/train/step.ts'
import { emaSchema } from '../../src/shared/model/train/ema.ts'
import { lossSchema } from '../../src/shared/model/train/losses/table.ts'
import { optimizerSchema } from '../../src/shared/model/train/optimizers/table.ts'

const shape = { batch: 2, height: 32, width: 64 }
const classes = 3
const config = segformerConfig('custom', classes, {
  dims: [8, 16, 16, 16],
  depths: [1, 1, 1, 1],
  heads: [1, 2, 2, 2],
  embedDim: 8,
  dropPath: 0.2,
  dropout: 0.1,
})
const open: TrainStep[] = []
afterEach(async () => {
  for (const step of open.splice(0)) await step.dispose()
})

/** Coloured blocks on noise: something that a network can learn. */
const batch = (index: number): Batch => {
  const { batch: n, height, width } = shape
  const rng = counterRng(1, 'tfjs', index)
  const labels = new Int32Array(n * height * width)
  const image = new Float32Array(labels.length * 3).map(() => 0.3 * rng.normal())
  for (let at = 0; at < labels.length; at++) {
    const [picture, y, x] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width]
    const label = (Math.floor(x / 16) + Math.floor(y / 16) + index + picture) % classes
    labels[at] = rng.chance(0.05) ? 255 : label
    image[(picture * 3 + label) * height * width + (at % (height * width))]! += 1
  }
  return { image, labels }
}

async function pair(over: Partial<TrainStepOptions> = {}): Promise<{ ort: TrainStep; tfjs: TrainStep }> {
  const optimizer = optimizerSchema.parse({ type: 'adamw', clipNorm: 1, rules: [] })
  const ema = emaSchema.parse({ enabled: true })
  const create = async (provider: 'cpu' | 'tfjs'): Promise<TrainStep> => {
    const step = await createTrainStep({ ...shape, model: segformerModel(config), optimizer, ema, seed: 5, provider, threads: 1, ...over })
    open.push(step)
    return step
  }
  return { ort: await create('cpu'), tfjs: await create('tfjs') }
}
const apart = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b)

/** Per tensor ||a - b|| / max(||b||, 1e-6 ||all b||), the largest. */
function furthest(a: ReadonlyMap<string, NamedArray>, b: ReadonlyMap<string, NamedArray>): number {
  const norm = (values: Iterable<number>) => Math.hypot(...values)
  const floor = 1e-6 * norm([...b.values()].map(({ data }) => norm(data)))
  return Math.max(...[...b].map(([name, { data }]) => norm(data.map((v, i) => v - a.get(name)!.data[i]!)) / Math.max(norm(data), floor)))
}

describe('training on TensorFlow.js (plain JavaScript) beside ONNX Runtime', () => {
  it('has the same gradients, and the same losses over twenty steps, while the network learns', async () => {
    const { ort, tfjs } = await pair()
    const differences: number[] = []
    const losses: number[] = []
    for (let i = 0; i < 20; i++) {
      const [theirs, ours] = [await ort.run([batch(i % 4)], 2e-3), await tfjs.run([batch(i % 4)], 2e-3)]
      // Biases that a norm or a softmax removes have no gradient but rounding: the floor is for them.
      if (i === 0) expect(furthest(await tfjs.readGradients(), await ort.readGradients())).toBeLessThan(1e-4)
      differences.push(apart(ours.loss, theirs.loss), apart(ours.gradientNorm!, theirs.gradientNorm!) / 10)
      losses.push(ours.loss)
    }
    expect(Math.max(...differences)).toBeLessThan(1e-4)
    expect(losses.at(-1)!).toBeLessThan(0.6 * losses[0]!)
    const image = batch(9)['image'] as Float32Array
    const [theirs, ours] = [await ort.infer(image, shape), await tfjs.infer(image, shape)]
    expect(furthest(ours, theirs)).toBeLessThan(1e-4)
  })

  const lists: [name: string, list: object[]][] = [
    [
      'cross entropy of the hardest pixels',
      [
        { type: 'crossEntropy', ohem: { threshold: 0.7, minKept: 100 }, classWeights: [1, 2, 0.5] },
        { type: 'crossEntropy', name: 'edges', ohem: { threshold: null, minKept: 300 }, boundary: {}, labelSmoothing: 0.1 },
      ],
    ],
    ['sigmoid focal and Dice', [{ type: 'sigmoidFocal' }, { type: 'dice', weight: 2 }]],
    ['softmax focal and Tversky', [{ type: 'softmaxFocal' }, { type: 'tversky' }]],
    ['Lovasz', [{ type: 'lovasz' }]],
  ]
  it.each(lists)('agrees on every part of the loss: %s', async (_, list) => {
    const model = segformerModel(config, denseLoss({ list: list.map((entry) => lossSchema.parse(entry)), ignoreIndex: 255 }))
    const { ort, tfjs } = await pair({ model })
    for (let i = 0; i < 2; i++) {
      const micro = [batch(2 * i), batch(2 * i + 1)]
      const [theirs, ours] = [await ort.run(micro, 1e-3), await tfjs.run(micro, 1e-3)]
      expect(apart(ours.loss, theirs.loss)).toBeLessThan(1e-4)
      for (const [name, value] of Object.entries(theirs.losses)) expect(apart(ours.losses[name]!, value), name).toBeLessThan(1e-4)
    }
  })

  it('goes on where the other one stopped', async () => {
    const { ort, tfjs } = await pair()
    for (let i = 0; i < 2; i++) await ort.run([batch(i)], 1e-3)
    await tfjs.writeState(await ort.readState())
    expect(tfjs.steps).toBe(2)
    expect(apart((await tfjs.run([batch(2)], 1e-3)).loss, (await ort.run([batch(2)], 1e-3)).loss)).toBeLessThan(1e-5)
  })
})
