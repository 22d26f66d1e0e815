/** Trains the same small SegFormer on the CPU and on webgpu, nothing falling back, and prints what both found as one JSON line. */
import { segformerConfig } from '../../../src/compute/models/segformer/config.ts'
import { segformerModel } from '../../../src/compute/models/segformer/segformer.ts'
import { counterRng } from '../../../src/compute/tensor/rng.ts'
import { createTrainStep } from '../../../src/compute/train/createStep.ts'
import type { Batch, NamedArray, TrainStep } from '../../../src/compute/train/step.ts'
import type { Provider } from '../../../src/shared/model/device.ts'
import { emaSchema } from '../../../src/shared/model/train/ema.ts'
import { optimizerSchema } from '../../../src/shared/model/train/optimizers/table.ts'
import type { World } from '../../../src/compute/world.ts'
import { joinWorlds } from '../../support/worlds.ts'

const shape = { batch: 2, height: 64, width: 64 }
const config = segformerConfig('custom', 4, {
  dims: [8, 16, 16, 16],
  depths: [1, 1, 1, 1],
  heads: [1, 2, 2, 2],
  embedDim: 16,
  dropPath: 0.1,
  dropout: 0.1,
})

const rules = [
  { match: 'norm', lrMult: 1, decayMult: 0 },
  { match: 'decode_head', lrMult: 10 },
]
const optimizer = optimizerSchema.parse({ type: 'adamw', rules, freeze: ['patch_embed1'] })

const ema = emaSchema.parse({ enabled: true, momentum: 0.3, buffers: 'average' })

const create = (provider: Provider, world?: World): Promise<TrainStep> =>
  createTrainStep({
    ...shape,
    model: segformerModel(config),
    optimizer,
    ema,
    seed: 1,
    provider,
    threads: 2,
    ...(world && { world }),
  })

const rng = counterRng(0, 'batches')
const batches: Batch[] = [0, 1].map(() => ({
  image: new Float32Array(2 * 3 * 64 * 64).map(() => rng.normal()),
  labels: new Int32Array(2 * 64 * 64).map(() => (rng.chance(0.1) ? 255 : rng.int(4))),
}))

function distance(a: ReadonlyMap<string, NamedArray>, b: ReadonlyMap<string, NamedArray>): { name: string; relative: number }[] {
  return [...a].map(([name, { data }]) => {
    const other = b.get(name)!.data
    const size = Math.hypot(...data)
    const off = Math.hypot(...data.map((v, i) => v - other[i]!))
    return { name, relative: size === 0 ? off : off / size }
  })
}

const host = await create('cpu')
const device = await create('webgpu')
const steps = []
// One micro-batch, then two that are accumulated, then one: every path of the program.
for (const micro of [batches.slice(0, 1), batches, batches.slice(1)])
  steps.push({ host: await host.run(micro, 1e-3), device: await device.run(micro, 1e-3) })
const gradients = distance(await host.readGradients(), await device.readGradients())
const state = distance((await host.readState()).tensors, (await device.readState()).tensors)
const image = batches[0]!['image'] as Float32Array
const logits = distance(await host.infer(image, shape), await device.infer(image, shape))
// The state survives a trip through the host and back.
await device.writeState(await host.readState())
const restored = distance((await host.readState()).tensors, (await device.readState()).tensors)
await host.dispose()
await device.dispose()

// Two replicas, their gradients summed over the host: on the device as on the CPU.
async function replicas(provider: Provider) {
  const worlds = await joinWorlds(2)
  const both = await Promise.all(worlds.map((world) => create(provider, world)))
  const losses = []
  for (let i = 0; i < 2; i++)
    losses.push((await Promise.all(both.map((step, rank) => step.run([batches[rank]!], 1e-3)))).map(({ loss }) => loss))
  const [first, second] = await Promise.all(both.map(async (step) => (await step.readState()).tensors))
  const gradients = await both[0]!.readGradients()
  for (const step of both) await step.dispose()
  for (const { collective } of worlds) collective.close()
  return { losses, gradients, state: first!, apart: distance(first!, second!) }
}
const [pair, expected] = [await replicas('webgpu'), await replicas('cpu')]
const two = {
  losses: pair.losses.flatMap((step, i) => step.map((loss, rank) => loss / expected.losses[i]![rank]! - 1)),
  gradients: distance(expected.gradients, pair.gradients),
  state: distance(expected.state, pair.state),
  apart: pair.apart,
}
process.stdout.write(
  `${JSON.stringify({ steps, gradients, state, logits, restored, provider: device.provider, taken: device.steps, two })}\n`,
)
