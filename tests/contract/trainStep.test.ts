import { afterEach, describe, expect, it } from 'vitest'
import { segformerConfig } from '../../src/compute/models/segformer/config.ts'
import { segformerModel } from '../../src/compute/models/segformer/segformer.ts'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import { createTrainStep } from '../../src/compute/train/createStep.ts'
import type { Batch, NamedArray, TrainStep, TrainStepOptions } from '../../src/compute/train/step.ts'

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

async function create(over: Partial<TrainStepOptions> = {}): Promise<TrainStep> {
  const optimizer = { betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0.01, clipNorm: null, rules: [] }
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
    const clipping = { betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0, clipNorm: 1e-3, rules: [] }
    const clipped = await create({ model, optimizer: clipping })
    const { gradientNorm } = await clipped.run([batch(0)], 1e-3)
    expect(gradientNorm! / norm(a)).toBeCloseTo(1, 5)
    const moment = [...(await clipped.readState()).tensors].filter(([key]) => key.startsWith('firstMoment.'))
    expect(norm(new Map(moment))).toBeCloseTo(0.1 * 1e-3, 8)
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
    await expect(step.writeState({ step: 9, tensors })).rejects.toMatchObject({ code: 'checkpoint/damaged' })
    expect(await step.readState()).toEqual(state)
    await expect(step.run([{ ...batch(0), image: new Float32Array(4) }], 0)).rejects.toThrow(/image/)
  })
})
