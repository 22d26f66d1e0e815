import { CancelledError } from '../../shared/errors.ts'
import { partSizeOf, piecesOf } from '../../shared/model/train/batchParts.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import type { Loader } from '../data/loader.ts'
import { lossAmounts, lossShares, lossSharesInput } from '../losses/shares.ts'
import type { Collective } from '../world.ts'
import type { Fed } from './loop.ts'
import type { Batch } from './step.ts'

/** What goes through the network at once: a batch, or a part of it. */
interface Piece extends Batch {
  readonly image: Float32Array
  readonly labels: Int32Array
}

/** A class has one of so many indices, 255 is none. */
const classIndices = 256

/**
 * Where a batch is computed in pieces, here or by other replicas, each comes with what it counts in the mean of every loss. `shown`: see
 * `StepFacts`.
 */
async function withShares(
  pieces: readonly Piece[],
  config: TrainConfig,
  collective: Collective,
): Promise<{ whole: readonly Batch[]; shown: Uint8Array | null }> {
  const all = piecesOf(config)
  if (all === 1) return { whole: pieces, shown: null }
  const { batchParts } = config.device
  const amounts = pieces.map(({ labels }) => lossAmounts(config.loss, labels, partSizeOf(config), 255))
  const losses = config.loss.length
  // One sum per batch and loss, and behind them how many replicas show each class.
  const counts = config.optimizer.accumulate * losses
  const sums = new Float64Array(counts + classIndices)
  const batchOf = (piece: number): number => Math.floor(piece / batchParts) * losses
  amounts.forEach((own, piece) => own.forEach((amount, i) => (sums[batchOf(piece) + i]! += amount)))
  for (const { labels } of pieces) for (const index of labels) if (index < classIndices) sums[counts + index] = 1
  await collective.allReduce(sums)
  const whole = pieces.map((piece, i) => {
    const of = sums.subarray(batchOf(i), batchOf(i) + losses)
    return { ...piece, [lossSharesInput]: lossShares(amounts[i]!, of, all) }
  })
  return { whole, shown: Uint8Array.from(sums.subarray(counts), (replicas) => (replicas > 0 ? 1 : 0)) }
}

/** Equal parts of a batch, as views. */
function inParts(image: Float32Array, labels: Int32Array, parts: number): Piece[] {
  const part = <T extends Float32Array | Int32Array>(of: T, i: number): T =>
    of.subarray((of.length / parts) * i, (of.length / parts) * (i + 1)) as T
  return Array.from({ length: parts }, (_, i) => ({ image: part(image, i), labels: part(labels, i) }))
}

/** The steps of a training on label maps: batches of a loader, in the parts in which they are computed. */
export function labelledFeed(loader: Loader, config: TrainConfig, collective: Collective): () => Promise<Fed> {
  const { accumulate } = config.optimizer
  const { batchParts } = config.device
  return async () => {
    let dataMs = 0
    const batches: Piece[] = []
    for (let i = 0; i < accumulate; i++) {
      const from = performance.now()
      const batch = await loader.next()
      if (!batch) throw new CancelledError('the data loader was closed')
      dataMs += performance.now() - from
      // The loader's memory is valid until its next batch only.
      const keep = i < accumulate - 1
      batches.push(...inParts(keep ? batch.images.slice() : batch.images, keep ? batch.labels.slice() : batch.labels, batchParts))
    }
    return { ...(await withShares(batches, config, collective)), batches, dataMs }
  }
}
