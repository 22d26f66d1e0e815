import { BatchWorker } from '../batchWorker.ts'
import type { SceneWorkerData } from '../entry.sceneWorker.ts'
import type { PromptedBatch, PromptedBatchSpec } from './promptedBatch.ts'

/** Prompted batches of rendered scenes in order, from `start`. */
export class SceneSource extends BatchWorker<PromptedBatch> {
  constructor(spec: PromptedBatchSpec, start: number) {
    const workerData: SceneWorkerData = { spec, start }
    super('sceneWorker', workerData, 'scene worker')
  }
}
