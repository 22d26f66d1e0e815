import { afterEach, expect, it } from 'vitest'
import { lossAmounts, lossShares, lossSharesInput } from '../../src/compute/losses/shares.ts'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import { createTrainStep } from '../../src/compute/train/createStep.ts'
import { modelOf } from '../../src/compute/train/setup.ts'
import type { Batch, TrainState, TrainStep, TrainStepOptions } from '../../src/compute/train/step.ts'
import type { World } from '../../src/compute/world.ts'
import { requireTrainConfig } from '../../src/shared/model/trainConfigParse.ts'
import { tinyModel } from '../support/tinyRun.ts'
import { joinWorlds } from '../support/worlds.ts'

const size = 32
const pictures = 2
const open: { dispose(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.dispose()
})

async function worlds(count: number): Promise<World[]> {
  const met = await joinWorlds(count)
  for (const { collective } of met) open.push({ dispose: async () => collective.close() })
  return met
}

const configured = (model: object) =>
  requireTrainConfig({ model: { ...tinyModel, dropPath: 0.3, dropout: 0.2, ...model }, ema: { enabled: true, momentum: 0.2 } })

async function create(model: object, more: Partial<TrainStepOptions>): Promise<TrainStep> {
  const config = configured(model)
  const shape = { batch: pictures, height: size, width: size }
  const options = { model: modelOf(config, 3), optimizer: config.optimizer, ema: config.ema, seed: 5, provider: 'cpu' as const, threads: 1 }
  const step = await createTrainStep({ ...shape, ...options, ...more })
  open.push(step)
  return step
}

/** A batch of so many pictures; every picture has another share of void. */
function batchOf(step: number, count: number): { image: Float32Array; labels: Int32Array } {
  const rng = counterRng(8, 'batch', step)
  const image = Float32Array.from({ length: count * 3 * size * size }, () => rng.normal())
  const labels = Int32Array.from({ length: count * size * size }, (_, i) => (i % size < 3 * Math.floor(i / size / size) ? 255 : rng.int(3)))
  return { image, labels }
}

function slice({ image, labels }: ReturnType<typeof batchOf>, rank: number, ranks: number): Batch & { labels: Int32Array } {
  const of = <T extends Float32Array | Int32Array>(all: T): T =>
    all.slice((all.length / ranks) * rank, (all.length / ranks) * (rank + 1)) as T
  return { image: of(image), labels: of(labels) }
}

/** Shares of the one loss, as the loop hands them out. */
function withShares(parts: readonly (Batch & { labels: Int32Array })[], model: object): Batch[] {
  const { loss } = configured(model)
  const amounts = parts.map(({ labels }) => lossAmounts(loss, labels, pictures, 255))
  const sums = Float64Array.from(loss, (_, i) => amounts.reduce((sum, own) => sum + own[i]!, 0))
  return parts.map((part, i) => ({ ...part, [lossSharesInput]: lossShares(amounts[i]!, sums, parts.length) }))
}

const differing = (a: TrainState, b: TrainState): string[] =>
  [...a.tensors].flatMap(([name, { data }]) =>
    Buffer.compare(Buffer.from(data.buffer, data.byteOffset, data.byteLength), Buffer.from(b.tensors.get(name)!.data.slice().buffer)) === 0
      ? []
      : [name],
  )

it.each([2, 3])('%i replicas hold the same bits after every step, batch norm and averages included', async (ranks) => {
  const model = { headNorm: 'batch' }
  const met = await worlds(ranks)
  const steps = await Promise.all(met.map((world) => create(model, { world, sharedLosses: 1 })))
  for (let i = 0; i < 4; i++) {
    const batch = batchOf(i, pictures * ranks)
    const parts = withShares(
      met.map(({ rank }) => slice(batch, rank, ranks)),
      model,
    )
    const results = await Promise.all(steps.map((step, rank) => step.run([parts[rank]!], 0.01)))
    for (const result of results) expect(result).toEqual(results[0])
  }
  const [first, ...others] = await Promise.all(steps.map((step) => step.readState()))
  expect([...first!.tensors.keys()]).toContain('buffer.decode_head.linear_fuse.bn.running_var')
  for (const other of others) expect(differing(first!, other)).toEqual([])
})

it('one step of two replicas has the gradients of one step of the whole batch', async () => {
  const model = { headNorm: 'group' }
  const batch = batchOf(0, 2 * pictures)
  const alone = await create(model, { batch: 2 * pictures })
  const whole = await alone.run([batch], 0.01)
  const met = await worlds(2)
  const steps = await Promise.all(met.map((world) => create(model, { world, sharedLosses: 1 })))
  const parts = withShares([slice(batch, 0, 2), slice(batch, 1, 2)], model)
  const [half] = await Promise.all(steps.map((step, rank) => step.run([parts[rank]!], 0.01)))
  expect(Math.abs(half!.loss / whole.loss - 1)).toBeLessThan(1e-6)
  // Without the shares it is another loss: the second half has more void.
  const plain = await Promise.all(
    (await Promise.all((await worlds(2)).map((world) => create(model, { world })))).map((step, rank) =>
      step.run([slice(batch, rank, 2)], 0.01),
    ),
  )
  expect(Math.abs(plain[0]!.loss / whole.loss - 1)).toBeGreaterThan(1e-5)
  const [expected, got] = [await alone.readGradients(), await steps[1]!.readGradients()]
  for (const [name, { data }] of expected) {
    const other = got.get(name)!.data
    const norm = (of: (i: number) => number) => Math.sqrt(data.reduce((sum, _, i) => sum + of(i) ** 2, 0))
    expect(
      norm((i) => data[i]! - other[i]!) /
        Math.max(
          norm((i) => data[i]!),
          1e-4 * whole.gradientNorm!,
        ),
      name,
    ).toBeLessThan(1e-4)
  }
})

it('a float16 overflow of one replica skips the step of all', async () => {
  const model = { headNorm: 'batch' }
  const met = await worlds(2)
  const steps = await Promise.all(met.map((world) => create(model, { world, sharedLosses: 1, precision: 'fp16' })))
  const before = await steps[0]!.readState()
  const batch = batchOf(0, 2 * pictures)
  const parts = withShares([slice(batch, 0, 2), slice(batch, 1, 2)], model)
  ;(parts[1]!['image'] as Float32Array).fill(1e30)
  const results = await Promise.all(steps.map((step, rank) => step.run([parts[rank]!], 0.01)))
  expect(results.map(({ skipped }) => skipped)).toEqual([true, true])
  const after = await Promise.all(steps.map((step) => step.readState()))
  for (const state of after) {
    expect(state.lossScale).toEqual({ scale: before.lossScale!.scale / 2, good: 0 })
    expect(state.updates).toBe(0)
    expect(differing(before, state)).toEqual([])
  }
})
