import { afterEach, describe, expect, it } from 'vitest'
import { segformerConfig } from '../../src/compute/models/segformer/config.ts'
import { segformerModel } from '../../src/compute/models/segformer/segformer.ts'
import type { Value } from '../../src/compute/graph/graph.ts'
import { denseLoss } from '../../src/compute/losses/table.ts'
import type { Model } from '../../src/compute/models/model.ts'
import { conv2d } from '../../src/compute/nn/layers.ts'
import { relu } from '../../src/compute/ops/activation.ts'
import { mul } from '../../src/compute/ops/elementwise.ts'
import type { TensorData } from '../../src/compute/tensor/dtype.ts'
import { gradientGraph } from '../../src/compute/train/stepGraph.ts'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import { createTrainStep } from '../../src/compute/train/createStep.ts'
import type { Batch, NamedArray, TrainStep, TrainStepOptions } from '../../src/compute/train/step.ts'
import { lossSchema } from '../../src/shared/model/train/losses/table.ts'
import { emaSchema } from '../../src/shared/model/train/ema.ts'
import { optimizerSchema, type Optimizer } from '../../src/shared/model/train/optimizers/table.ts'

const shape = { batch: 2, height: 32, width: 64 }
const config = segformerConfig('custom', 3, {
  dims: [8, 16, 16, 16],
  depths: [1, 1, 1, 1],
  heads: [1, 2, 2, 2],
  embedDim: 8,
  dropPath: 0.2,
  dropout: 0.1,
})
const open: TrainStep[] = []

const joined = (a: TensorData, b: TensorData): TensorData =>
  a instanceof Float32Array ? Float32Array.of(...a, ...(b as Float32Array)) : Int32Array.of(...(a as Int32Array), ...(b as Int32Array))

/** Two convolutions: nothing in it lets one picture see another. */
function plainModel(classes: number): Model {
  const whole = segformerModel(segformerConfig('custom', classes))
  return {
    ...whole,
    train(net, at) {
      const [image, labels] = whole.batchInputs(at).map((input) => net.b.input(input.name, input.dtype, input.shape)) as [Value, Value]
      const hidden = relu(net.b, conv2d(net, 'first', image, { out: 8, kernel: 3, stride: 1, pad: 1 }))
      const logits = conv2d(net, 'second', hidden, { out: classes, kernel: 3, stride: 1, pad: 1 })
      // The mean over every pixel: with ignored ones left out, batches would weigh differently.
      const list = [lossSchema.parse({ type: 'crossEntropy', avgNonIgnore: false })]
      const { total, parts } = denseLoss({ list, ignoreIndex: 255 })(net.b, logits, labels)
      return { loss: total, losses: parts, extra: {} }
    },
  }
}
const adamw = (over: object = {}): Optimizer => optimizerSchema.parse({ type: 'adamw', clipNorm: null, rules: [], ...over })

async function create(over: Partial<TrainStepOptions> = {}): Promise<TrainStep> {
  const optimizer = adamw()
  const step = await createTrainStep({ ...shape, model: segformerModel(config), optimizer, seed: 5, provider: 'cpu', threads: 1, ...over })
  open.push(step)
  return step
}
afterEach(async () => {
  for (const step of open.splice(0)) await step.dispose()
})

const batch = (index: number): Batch => {
  const rng = counterRng(1, 'batch', index)
  return {
    image: new Float32Array(2 * 3 * 32 * 64).map(() => rng.normal()),
    labels: new Int32Array(2 * 32 * 64).map(() => (rng.chance(0.2) ? 255 : rng.int(3))),
  }
}
async function losses(step: TrainStep, from: number, to: number): Promise<number[]> {
  const all: number[] = []
  for (let i = from; i < to; i++) all.push((await step.run([batch(i)], 1e-3)).loss)
  return all
}
const norm = (tensors: ReadonlyMap<string, NamedArray>): number => Math.hypot(...[...tensors.values()].map((t) => Math.hypot(...t.data)))

describe('train step', () => {
  it('repeats a loss curve to the last bit, with other threads and after a resume, dropout included', async () => {
    const whole = await create()
    const curve = await losses(whole, 0, 4)
    const first = await create({ threads: 2 })
    expect(await losses(first, 0, 2)).toEqual(curve.slice(0, 2))
    const second = await create({ seed: 5 })
    await losses(second, 7, 8)
    await second.writeState(await first.readState())
    expect(second.steps).toBe(2)
    expect(await losses(second, 2, 4)).toEqual(curve.slice(2))
    expect(await second.readState()).toEqual(await whole.readState())
    expect(await losses(await create({ seed: 6 }), 0, 1)).not.toEqual(curve.slice(0, 1))
  })

  it('learns one batch by heart', async () => {
    const step = await create({ model: segformerModel({ ...config, dropPath: 0, dropout: 0 }) })
    const rng = counterRng(2, 'simple')
    const image = new Float32Array(2 * 3 * 32 * 64).map(() => rng.normal() * 0.1)
    const labels = new Int32Array(2 * 32 * 64).map((_, i) => (i % 64 < 32 ? 0 : 2))
    for (let i = 0; i < labels.length; i++) if (labels[i] === 2) image[Math.floor(i / 2048) * 3 * 2048 + (i % 2048)]! += 1
    const first = (await step.run([{ image, labels }], 1e-2)).loss
    let last = first
    for (let i = 0; i < 100; i++) last = (await step.run([{ image, labels }], 1e-2)).loss
    expect(first).toBeGreaterThan(0.5)
    expect(last).toBeLessThan(0.1)
  })

  it('averages micro-batches and clips by the norm of the average', async () => {
    const model = segformerModel({ ...config, dropPath: 0, dropout: 0 })
    const gradients: Map<string, NamedArray>[] = []
    for (const micro of [[batch(0)], [batch(1)], [batch(0), batch(1)]]) {
      const step = await create({ model })
      await step.run(micro, 0)
      gradients.push(await step.readGradients())
    }
    const [a, b, mean] = gradients as [Map<string, NamedArray>, Map<string, NamedArray>, Map<string, NamedArray>]
    const name = 'decode_head.linear_pred.weight'
    mean.get(name)!.data.forEach((value, i) => expect(value).toBeCloseTo((a.get(name)!.data[i]! + b.get(name)!.data[i]!) / 2, 6))
    const clipped = await create({ model, optimizer: adamw({ weightDecay: 0, clipNorm: 1e-3 }) })
    const { gradientNorm } = await clipped.run([batch(0)], 1e-3)
    expect(gradientNorm! / norm(a)).toBeCloseTo(1, 5)
    const moment = [...(await clipped.readState()).tensors].filter(([key]) => key.startsWith('firstMoment.'))
    expect(norm(new Map(moment))).toBeCloseTo(0.1 * 1e-3, 8)
  })

  it('accumulates two batches of 2 to the update of one batch of 4, where no batch norm mixes the pictures', async () => {
    const classes = 3
    const model = plainModel(classes)
    const together: Batch = Object.fromEntries(['image', 'labels'].map((name) => [name, joined(batch(0)[name]!, batch(1)[name]!)]))
    const updates: ReadonlyMap<string, NamedArray>[] = []
    for (const [n, micro] of [
      [2, [batch(0), batch(1)]],
      [4, [together]],
    ] as const) {
      const step = await create({ model, batch: n })
      for (let i = 0; i < 3; i++) await step.run(micro, 1e-2)
      updates.push((await step.readState()).tensors)
    }
    for (const [name, { data }] of updates[0]!) {
      const other = updates[1]!.get(name)!.data
      expect(Math.hypot(...data.map((v, i) => v - other[i]!)), name).toBeLessThanOrEqual(1e-5 * Math.hypot(...other))
    }
  })

  it.each([
    { type: 'adam', weightDecay: 0.01 },
    { type: 'sgd', nesterov: true },
    { type: 'lion', clipValue: 0.01 },
  ])('trains with $type, and resumes it to the last bit', async (given) => {
    const optimizer = optimizerSchema.parse({ rules: [], layerDecay: 0.8, ...given })
    const whole = await create({ optimizer })
    const curve = await losses(whole, 0, 4)
    const first = await create({ optimizer })
    await losses(first, 0, 2)
    const second = await create({ optimizer })
    await second.writeState(await first.readState())
    expect(await losses(second, 2, 4)).toEqual(curve.slice(2))
    expect(await second.readState()).toEqual(await whole.readState())
  })

  it('keeps frozen stages and names to the last bit, computes nothing for them, and moves everything else', async () => {
    const optimizer = adamw({ freeze: ['linear_pred', '.norm1.'] })
    const step = await create({ model: segformerModel({ ...config, frozenStages: 2 }), optimizer })
    const held = (name: string) => /backbone\.(patch_embed|block|norm)[12]\.|linear_pred|\.norm1\./.test(name)
    const before = (await step.readState()).tensors
    await losses(step, 0, 2)
    const after = await step.readState()
    const moved = [...before].filter(
      ([key, { data }]) => key.startsWith('param.') && data.some((v, i) => v !== after.tensors.get(key)!.data[i]),
    )
    const names = step.parameters.map(({ name }) => name)
    // Biases that a norm removes have no gradient at all.
    const still = (name: string) => held(name) || name === 'backbone.norm4.bias' || /linear_c\d\.proj\.bias/.test(name)
    expect(moved.map(([key]) => key.slice('param.'.length))).toEqual(names.filter((name) => !still(name)))
    const whole = gradientGraph({ ...shape, model: segformerModel(config), optimizer: adamw() }).graph
    const cut = gradientGraph({ ...shape, model: segformerModel({ ...config, frozenStages: 2 }), optimizer }).graph
    expect(cut.nodes.length).toBeLessThan(0.85 * whole.nodes.length)
    expect(cut.outputs.some(({ name }) => held(name))).toBe(false)
  })

  it('keeps a moving average of the weights, infers with it, and resumes it to the last bit', async () => {
    const ema = emaSchema.parse({ enabled: true, momentum: 0.1, buffers: 'average' })
    const plain = await create()
    const whole = await create({ ema })
    const expected = new Map<string, Float32Array>()
    for (let i = 0; i < 4; i++) {
      expect(await losses(whole, i, i + 1)).toEqual(await losses(plain, i, i + 1))
      for (const [key, { data }] of (await plain.readState()).tensors) {
        const before = expected.get(key)
        expected.set(
          key,
          data.map((v, j) => (before ? before[j]! * 0.9 + v * 0.1 : v)),
        )
      }
    }
    const { tensors } = await whole.readState()
    const averages = [...tensors].filter(([key]) => key.startsWith('ema.'))
    expect(averages.length).toBe(whole.parameters.length + whole.buffers.length)
    for (const [key, { data }] of averages) {
      const want = expected.get(key.slice('ema.'.length))!
      expect(Math.hypot(...data.map((v, j) => v - want[j]!)), key).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.hypot(...want)))
    }
    const image = new Float32Array(3 * 64 * 64).map((_, i) => Math.sin(i))
    const view = async (step: TrainStep) => (await step.infer(image, { batch: 1, height: 64, width: 64 })).get('logits')!.data
    const swapped = await create()
    const asWeights = averages.map(([key, tensor]): [string, NamedArray] => [key.slice('ema.'.length), tensor])
    const state = await plain.readState()
    await swapped.writeState({ ...state, tensors: new Map([...state.tensors, ...asWeights]) })
    expect(await view(whole)).toEqual(await view(swapped))
    expect(await view(whole)).not.toEqual(await view(plain))

    const first = await create({ ema })
    await losses(first, 0, 2)
    const second = await create({ ema })
    await second.writeState(await first.readState())
    await losses(second, 2, 4)
    expect(await second.readState()).toEqual(await whole.readState())
  })

  describe('in float16', () => {
    // A loss in the millions overflows under the first scale of 65536.
    const loud = (model: Model, factor: number): Model => ({
      ...model,
      train: (net, at) => {
        const outputs = model.train(net, at)
        return { ...outputs, loss: mul(net.b, outputs.loss, factor) }
      },
    })

    it('computes products in float16, scales the loss away again, and stays near float32', async () => {
      const optimizer = adamw({ clipNorm: 1 })
      const whole = await create({ optimizer })
      const half = await create({ optimizer, precision: 'fp16' })
      const results = [await whole.run([batch(0)], 1e-3), await half.run([batch(0)], 1e-3)] as const
      expect(results[1]).toMatchObject({ skipped: false, lossScale: 65536 })
      expect(Math.abs(results[1].loss / results[0].loss - 1)).toBeLessThan(1e-3)
      expect(Math.abs(results[1].gradientNorm! / results[0].gradientNorm! - 1)).toBeLessThan(1e-2)
      const [a, b] = [await whole.readGradients(), await half.readGradients()]
      const off = Math.hypot(...[...a].map(([name, { data }]) => Math.hypot(...data.map((v, i) => v - b.get(name)!.data[i]!)))) / norm(a)
      expect(off).toBeLessThan(1e-2)
      // In float32 the two graphs would agree to 1e-6.
      expect(off).toBeGreaterThan(1e-5)
      const curve = [await losses(whole, 1, 6), await losses(half, 1, 6)] as const
      curve[0].forEach((loss, i) => expect(Math.abs(curve[1][i]! / loss - 1)).toBeLessThan(2e-2))
    })

    it('skips a step that overflows, halves the scale until it fits, and resumes with it', async () => {
      const model = loud(segformerModel(config), 1e4)
      const make = () => create({ model, precision: 'fp16' })
      const step = await make()
      const before = await step.readState()
      const first = await step.run([batch(0)], 1e-3)
      expect(first).toMatchObject({ skipped: true, lossScale: 65536, gradientNorm: null })
      const after = await step.readState()
      expect(after.tensors).toEqual(before.tensors)
      expect(after).toMatchObject({ step: 1, updates: 0, lossScale: { scale: 32768, good: 0 } })
      let tries = 1
      while ((await step.run([batch(tries)], 1e-3)).skipped) expect(++tries).toBeLessThan(20)
      const taken = await step.readState()
      expect(taken).toMatchObject({ step: tries + 1, updates: 1, lossScale: { scale: 65536 / 2 ** tries, good: 1 } })
      const other = await make()
      await other.writeState(taken)
      expect(await other.run([batch(50)], 1e-3)).toEqual(await step.run([batch(50)], 1e-3))
      expect(await other.readState()).toEqual(await step.readState())
    })
  })

  it('gives biases that a norm or a softmax removes exactly no gradient', async () => {
    const step = await create()
    await step.run([batch(0)], 0)
    const gradients = await step.readGradients()
    for (const name of ['backbone.norm4.bias', 'decode_head.linear_c1.proj.bias'])
      expect(gradients.get(name)!.data.every((v) => v === 0)).toBe(true)
    const keyValue = gradients.get('backbone.block1.0.attn.kv.bias')!.data
    expect(keyValue.subarray(0, 8).every((v) => v === 0)).toBe(true)
    expect(keyValue.subarray(8).some((v) => v !== 0)).toBe(true)
  })

  it('moves running statistics and uses them in inference, for other sizes than the batch too', async () => {
    const step = await create()
    const image = new Float32Array(3 * 64 * 96).map((_, i) => Math.sin(i))
    const before = (await step.infer(image, { batch: 1, height: 64, width: 96 })).get('logits')!
    expect(before.shape).toEqual([1, 3, 64, 96])
    await step.run([batch(0)], 0)
    const after = (await step.infer(image, { batch: 1, height: 64, width: 96 })).get('logits')!
    expect(after.data).not.toEqual(before.data)
    const { tensors } = await step.readState()
    const { data } = tensors.get('buffer.decode_head.linear_fuse.bn.running_var')!
    expect(data.every((v) => v > 0.8 && v < 1.5)).toBe(true)
  })

  it('refuses a state that lacks a tensor, unchanged, and a batch of another size', async () => {
    const step = await create()
    const state = await step.readState()
    const tensors = new Map(state.tensors)
    tensors.delete('secondMoment.backbone.norm4.weight')
    await expect(step.writeState({ ...state, step: 9, tensors })).rejects.toMatchObject({ code: 'checkpoint/damaged' })
    expect(await step.readState()).toEqual(state)
    await expect(step.run([{ ...batch(0), image: new Float32Array(4) }], 0)).rejects.toThrow(/image/)
  })
})
