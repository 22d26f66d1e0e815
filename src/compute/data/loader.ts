import { Worker } from 'node:worker_threads'
import { BugError, ProcessGoneError } from '../../shared/errors.ts'
import { entryHref } from '../../shared/entries.ts'
import type { DataWorkerData } from './entry.dataWorker.ts'
import { createPlan, type LoaderSpec, type Plan } from './plan.ts'
import { produceEntry } from './produce.ts'
import { allocateRing, Ring } from './ring.ts'

/** One batch; its arrays are views that stay valid until the next call of `next` or `close`. */
export interface Batch {
  /** Step of the run (training) or number of the batch (evaluation), from 0. */
  index: number
  epoch: number
  /** Positions in the loader's items. */
  positions: Int32Array
  /** Normalised RGB, float32 `[N,3,height,width]`. */
  images: Float32Array
  width: number
  height: number
  /** Class indices, 255 void, `[N,labelHeight,labelWidth]`; larger or smaller than the image when evaluating. */
  labels: Int32Array
  labelWidth: number
  labelHeight: number
}

export interface Loader {
  /** Batches of one epoch, or of the whole evaluation. */
  readonly batchesPerEpoch: number
  /** The next batch, null after the last. Rejects with the error of the file that failed (file/*, voc/*, config/invalid); process/gone when a worker died. */
  next(): Promise<Batch | null>
  /** Ends the workers; safe to call twice. */
  close(): Promise<void>
}

export interface LoaderOptions {
  spec: LoaderSpec
  /** Decoding threads; 0 decodes when `next` is called. */
  workers: number
  /** First batch, for a run that goes on. */
  startBatch?: number
  /** Batches in memory at a time. */
  slots?: number
}

const CLOSE_TIMEOUT_MS = 5000

/** The batches are the same for any number of workers. Errors: run/no-training-items, config/invalid. */
export function createLoader({ spec, workers, startBatch = 0, slots = 3 }: LoaderOptions): Loader {
  const plan = createPlan(spec)
  return workers > 0 ? threadedLoader(spec, plan, workers, startBatch, slots) : inlineLoader(spec, plan, startBatch)
}

function viewBatch(plan: Plan, index: number, memory: { images: Float32Array; labels: Int32Array }): Batch {
  const { epoch, positions, image, label } = plan.batch(index)
  return {
    index,
    epoch,
    positions,
    images: memory.images.subarray(0, positions.length * 3 * image.width * image.height),
    width: image.width,
    height: image.height,
    labels: memory.labels.subarray(0, positions.length * label.width * label.height),
    labelWidth: label.width,
    labelHeight: label.height,
  }
}

function inlineLoader(spec: LoaderSpec, plan: Plan, startBatch: number): Loader {
  const images = new Float32Array(spec.batchSize * 3 * plan.maxImagePixels)
  const labels = new Int32Array(spec.batchSize * plan.maxLabelPixels)
  let index = startBatch
  return {
    batchesPerEpoch: plan.perEpoch,
    async next() {
      if (index >= plan.count) return null
      const batch = plan.batch(index)
      for (let n = 0; n < batch.positions.length; n++) await produceEntry(spec, plan, batch, n, { images, labels })
      return viewBatch(plan, index++, { images, labels })
    },
    close: () => Promise.resolve(),
  }
}

function threadedLoader(spec: LoaderSpec, plan: Plan, workers: number, startBatch: number, slots: number): Loader {
  const imageFloats = spec.batchSize * 3 * plan.maxImagePixels
  const labelInts = spec.batchSize * plan.maxLabelPixels
  const memory = allocateRing({ slots, batchSize: spec.batchSize, imageFloats, labelInts })
  const ring = new Ring(memory)
  let gone: Error | null = null
  let closing: Promise<void> | null = null
  let taken = 0
  let index = startBatch

  const workerData: DataWorkerData = { spec, ring: memory, startBatch }
  const url = new URL(entryHref('dataWorker', import.meta.url))
  const threads = Array.from({ length: workers }, () => new Worker(url, { workerData, name: 'data' }))
  const lost = (reason: string): void => {
    gone ??= new ProcessGoneError('data worker', reason)
    ring.wake()
  }
  const exits = threads.map(
    (thread) =>
      new Promise<void>((resolve) => {
        thread.on('error', (error) => lost(error instanceof Error ? error.message : String(error)))
        thread.on('exit', (code) => {
          if (code !== 0 && !closing) lost(`exit code ${code}`)
          resolve()
        })
      }),
  )

  return {
    batchesPerEpoch: plan.perEpoch,
    async next() {
      if (closing) throw new BugError('loader: next after close')
      if (taken > 0) ring.release(taken - 1)
      if (index >= plan.count) return null
      while (!ring.isReady(taken)) {
        if (gone) throw gone
        await ring.waitReady(taken)
        if (ring.stopped) return null
      }
      const error = ring.errorOf(taken)
      const slot = ring.memoryOf(taken++)
      const batch = viewBatch(plan, index++, slot)
      if (error) throw error
      return batch
    },
    close() {
      closing ??= closeThreads(ring, threads, exits)
      return closing
    },
  }
}

async function closeThreads(ring: Ring, threads: readonly Worker[], exits: readonly Promise<void>[]): Promise<void> {
  ring.stop()
  ring.wake()
  const timer = setTimeout(() => {
    for (const thread of threads) void thread.terminate()
  }, CLOSE_TIMEOUT_MS)
  await Promise.all(exits)
  clearTimeout(timer)
}
