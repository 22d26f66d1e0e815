import { counterRng } from '../tensor/rng.ts'

export interface SamplerOptions {
  /** Number of items. */
  count: number
  /** Items per batch on this rank. */
  batchSize: number
  seed: number
  rank?: number
  worldSize?: number
}

export interface Sampler {
  readonly stepsPerEpoch: number
  /** Item positions of one step (counted from 0 over the whole run) and the epoch it lies in. */
  batch(step: number): { epoch: number; positions: Int32Array }
}

/**
 * Shuffles anew every epoch by (seed, epoch) and fills the last batch up by repeating the start of the same order (round-up, as mmengine's
 * DefaultSampler). A step's batch depends on nothing but the options and the step, so a run can go on from anywhere.
 */
export function createSampler({ count, batchSize, seed, rank = 0, worldSize = 1 }: SamplerOptions): Sampler {
  const globalBatch = batchSize * worldSize
  const stepsPerEpoch = Math.ceil(count / globalBatch)
  let orderEpoch = -1
  let order = new Int32Array(0)
  return {
    stepsPerEpoch,
    batch(step) {
      const epoch = Math.floor(step / stepsPerEpoch)
      if (epoch !== orderEpoch) {
        order = counterRng(seed, 'order', epoch).shuffle(Int32Array.from({ length: count }, (_, i) => i))
        orderEpoch = epoch
      }
      const start = (step % stepsPerEpoch) * globalBatch + rank * batchSize
      return { epoch, positions: Int32Array.from({ length: batchSize }, (_, i) => order[(start + i) % count]!) }
    },
  }
}
