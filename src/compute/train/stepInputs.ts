import { invariant } from '../../shared/errors.ts'
import type { BatchInput, BatchShape, Model } from '../models/model.ts'
import { drawMask, type Net } from '../nn/net.ts'
import { hostTensor, type RuntimeTensor } from '../runtime/session.ts'
import type { Batch } from './step.ts'

/** The feeds of a gradient graph that change with every micro-batch: the batch's tensors and the dropout masks. */
export class StepInputs {
  readonly #net: Net
  readonly #seed: number
  readonly #inputs: readonly BatchInput[]
  readonly #masks: ReadonlyMap<string, { data: Float32Array; tensor: RuntimeTensor }>

  constructor(model: Model, shape: BatchShape, net: Net, seed: number) {
    this.#net = net
    this.#seed = seed
    this.#inputs = model.batchInputs(shape)
    this.#masks = new Map(
      net.masks.map((spec) => {
        const data = new Float32Array(spec.shape.reduce((a, b) => a * b, 1))
        return [spec.name, { data, tensor: hostTensor(data, spec.shape) }]
      }),
    )
  }

  /** Wraps the batch and draws the masks of (step, micro). The masks' memory is used again by the next call. */
  feeds(batch: Batch, step: number, micro: number): Record<string, RuntimeTensor> {
    const feeds: Record<string, RuntimeTensor> = {}
    for (const { name, dtype, shape } of this.#inputs) {
      const data = batch[name]
      invariant(data?.length === shape.reduce((a, b) => a * b, 1), `the batch needs ${name} as ${shape.join('x')}`)
      feeds[name] = hostTensor(data, shape, dtype)
    }
    for (const spec of this.#net.masks) {
      const { data, tensor } = this.#masks.get(spec.name)!
      drawMask(spec, this.#seed, step, micro, data)
      feeds[spec.name] = tensor
    }
    return feeds
  }
}
