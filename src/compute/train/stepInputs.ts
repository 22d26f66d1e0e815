import { invariant } from '../../shared/errors.ts'
import type { BatchInput } from '../models/model.ts'
import { drawMask, type Net } from '../nn/net.ts'
import { hostTensor, type RuntimeTensor } from '../runtime/session.ts'
import { aloneInTheWorld } from '../world.ts'
import type { Batch, TrainStepOptions } from './step.ts'

/** The feeds of a gradient graph that change with every micro-batch: the batch's tensors and the dropout masks. */
export class StepInputs {
  readonly #net: Net
  readonly #seed: number
  readonly #inputs: readonly BatchInput[]
  /** Parts of a batch in this process, those of the replicas before it, and those of all. */
  readonly #parts: { readonly own: number; readonly before: number; readonly all: number }
  /** Masks of a whole batch, and tensors over each part of it. */
  readonly #masks: ReadonlyMap<string, { data: Float32Array; parts: readonly RuntimeTensor[] }>

  constructor(options: TrainStepOptions, net: Net) {
    const { model, seed, parts = 1, world = aloneInTheWorld } = options
    this.#net = net
    this.#seed = seed
    this.#inputs = model.batchInputs(options)
    this.#parts = { own: parts, before: parts * world.rank, all: parts * world.worldSize }
    this.#masks = new Map(
      net.masks.map((spec) => {
        const length = spec.shape.reduce((a, b) => a * b, 1)
        const data = new Float32Array(length * this.#parts.all)
        const part = (i: number): RuntimeTensor => hostTensor(data.subarray(i * length, (i + 1) * length), spec.shape)
        return [spec.name, { data, parts: Array.from({ length: this.#parts.all }, (_, i) => part(i)) }]
      }),
    )
  }

  /** Wraps a micro-batch and draws its masks: its slice of those of (step, batch), so that how a batch is divided changes none. Their memory is used again by the next call. */
  feeds(batch: Batch, step: number, micro: number): Record<string, RuntimeTensor> {
    const { own, before } = this.#parts
    const feeds: Record<string, RuntimeTensor> = {}
    for (const { name, dtype, shape } of this.#inputs) {
      const data = batch[name]
      invariant(data?.length === shape.reduce((a, b) => a * b, 1), `the batch needs ${name} as ${shape.join('x')}`)
      feeds[name] = hostTensor(data, shape, dtype)
    }
    for (const spec of this.#net.masks) {
      const { data, parts } = this.#masks.get(spec.name)!
      drawMask(spec, this.#seed, step, Math.floor(micro / own), data)
      feeds[spec.name] = parts[before + (micro % own)]!
    }
    return feeds
  }
}
