import { parentPort, workerData } from 'node:worker_threads'
import { errorToWire } from '../../shared/errors.ts'
import type { SnapshotItem } from '../../shared/model/snapshot.ts'
import type { WorkerAnswer } from './batchWorker.ts'
import { keepDecoded } from './objects/decodedPictures.ts'
import { indexTunePictures, type ObjectRules } from './objects/pictureObjects.ts'
import { createTuneSet, objectBatch, tuneBatch, type TuneBatchSpec } from './objects/tuneBatch.ts'
import type { PromptedBatch } from './scenes/promptedBatch.ts'

/** What a worker of a training on the user's pictures is started with. It makes one batch for every message, in order. */
export interface TuneWorkerData {
  readonly spec: TuneBatchSpec
  readonly start: number
  /** With objects, and how many each has. */
  readonly items: readonly SnapshotItem[]
  readonly counts: readonly number[]
  readonly rules: ObjectRules
  /** Without the pictures themselves, whose embeddings are kept. */
  readonly embedded: boolean
}

/** A batch, and the pictures it is of. */
export interface TuneBatch {
  readonly tensors: PromptedBatch
  readonly positions: readonly number[]
}

const { spec, start, items, counts, rules, embedded } = workerData as TuneWorkerData
const decode = keepDecoded()
const ready = indexTunePictures(items, rules, counts).then((pictures) => createTuneSet(spec, pictures))
let next = start
let turn: Promise<unknown> = Promise.resolve()

async function make(index: number): Promise<TuneBatch> {
  const set = await ready
  if (!embedded) return { tensors: await tuneBatch(spec, set, decode, index), positions: set.positionsOf(index) }
  const { positions, prompts } = await objectBatch(spec, set, index)
  return { tensors: prompts, positions }
}

async function answer(index: number): Promise<void> {
  try {
    const batch = await make(index)
    const made: WorkerAnswer<TuneBatch> = { batch }
    parentPort!.postMessage(
      made,
      Object.values(batch.tensors).map(({ buffer }) => buffer as ArrayBuffer),
    )
  } catch (error) {
    const failed: WorkerAnswer<TuneBatch> = { failed: errorToWire(error) }
    parentPort!.postMessage(failed)
  }
}

parentPort!.on('message', () => {
  const index = next++
  turn = turn.then(() => answer(index))
})
