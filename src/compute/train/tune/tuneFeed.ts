import type { SamTuneConfig } from '../../../shared/model/samTune.ts'
import { BatchWorker } from '../../data/batchWorker.ts'
import type { TuneBatch, TuneWorkerData } from '../../data/entry.tuneWorker.ts'
import type { TunePictures } from '../../data/objects/pictureObjects.ts'
import type { TuneBatchSpec } from '../../data/objects/tuneBatch.ts'
import { NORMALIZATION } from '../../data/normalize.ts'
import { maskStride } from '../../models/smallSam/config.ts'
import { gridOf } from '../../models/sam/config.ts'
import type { LoadedSamWeights } from '../../weights/samWeightsFile.ts'
import type { Fed } from '../loop.ts'
import type { Batch } from '../step.ts'
import type { Embeddings } from './embeddings.ts'
import type { TuneInputs } from './tuneInputs.ts'

/** Pixels of the square in which targets are drawn, and how many of them are one cell of a mask. */
const officialStride = 2

/** How a batch of a config is drawn. A first prompt of the official network has two points. */
export function batchSpecOf({ data, seed }: SamTuneConfig, { head }: Pick<LoadedSamWeights, 'head'>): TuneBatchSpec {
  const { batchSize, objects, firstPoints, rounds, looks } = data
  const common = { seed, batch: batchSize, objects, rounds, looks, normalization: NORMALIZATION }
  if (head.kind === 'small') {
    const { size, zoom, rendered, flip, brightness } = data
    return { ...common, size, firstPoints, maskStride, zoom, rendered, flip, brightness }
  }
  const still = { zoom: 0, rendered: 0, flip: false, brightness: 0 }
  return { ...common, ...still, size: 4 * gridOf(head.network) * officialStride, firstPoints: 2, maskStride: officialStride, single: true }
}

export interface TuneFeed {
  readonly feed: () => Promise<Fed>
  readonly close: () => Promise<void>
}

/** The steps of a training, from `step` on; `embeddings` is null for a network that sees the pictures themselves. */
export function createTuneFeed(inputs: TuneInputs, embeddings: Embeddings | null, step: number): TuneFeed {
  const { config, base, train } = inputs
  const { accumulate } = config.optimizer
  const { batchParts } = config.device
  const workerData: TuneWorkerData = {
    spec: batchSpecOf(config, base),
    start: step * accumulate,
    items: train.items,
    counts: train.counts,
    rules: config.data,
    embedded: embeddings !== null,
  }
  const worker = new BatchWorker<TuneBatch>('tuneWorker', workerData, 'picture worker')
  return {
    async feed() {
      const from = performance.now()
      const batches: Batch[] = []
      for (let i = 0; i < accumulate; i++) {
        const { tensors, positions } = await worker.next()
        const embedded: Record<string, Float32Array> = embeddings ? { embedding: await joined(embeddings, positions, train) } : {}
        batches.push(...inParts({ ...tensors, ...embedded }, batchParts))
      }
      return { whole: batches, batches, shown: null, dataMs: performance.now() - from }
    },
    close: () => worker.close(),
  }
}

/** Equal parts of a batch, as views: everything in it lies picture by picture. */
function inParts(batch: Readonly<Record<string, Float32Array>>, parts: number): Batch[] {
  const part = (data: Float32Array, i: number): Float32Array => data.subarray((data.length / parts) * i, (data.length / parts) * (i + 1))
  return Array.from({ length: parts }, (_, i) => Object.fromEntries(Object.entries(batch).map(([name, data]) => [name, part(data, i)])))
}

async function joined(embeddings: Embeddings, positions: readonly number[], { items }: TunePictures): Promise<Float32Array> {
  const parts: Float32Array[] = []
  for (const position of positions) parts.push((await embeddings.of(items[position]!)).tensors[0]!.data)
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.forEach((part, i) => all.set(part, i * part.length))
  return all
}
