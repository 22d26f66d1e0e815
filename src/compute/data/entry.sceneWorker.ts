import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerAnswer } from './batchWorker.ts'
import { promptedBatch, type PromptedBatch, type PromptedBatchSpec } from './scenes/promptedBatch.ts'

/** What a scene worker is started with. It makes one batch for every message, in order. */
export interface SceneWorkerData {
  readonly spec: PromptedBatchSpec
  readonly start: number
}

const { spec, start } = workerData as SceneWorkerData
let next = start
parentPort!.on('message', () => {
  const batch = promptedBatch(spec, next++)
  const answer: WorkerAnswer<PromptedBatch> = { batch }
  parentPort!.postMessage(
    answer,
    Object.values(batch).map(({ buffer }) => buffer as ArrayBuffer),
  )
})
