import { Worker } from 'node:worker_threads'
import { entryHref } from '../../../shared/entries.ts'
import { ProcessGoneError } from '../../../shared/errors.ts'
import type { SceneWorkerData } from '../entry.sceneWorker.ts'
import type { PromptedBatch, PromptedBatchSpec } from './promptedBatch.ts'

/** Batches made ahead by a thread of its own. */
const ahead = 3

/** Prompted batches in order, from `start`; the next ones are made while one is worked on. */
export class SceneSource {
  readonly #worker: Worker
  readonly #ready: PromptedBatch[] = []
  #wake: (() => void) | null = null
  #gone: Error | null = null

  constructor(spec: PromptedBatchSpec, start: number) {
    const workerData: SceneWorkerData = { spec, start }
    this.#worker = new Worker(new URL(entryHref('sceneWorker', import.meta.url)), { workerData, name: 'scenes' })
    this.#worker.on('message', (batch: PromptedBatch) => {
      this.#ready.push(batch)
      this.#wake?.()
    })
    const lost = (reason: string): void => {
      this.#gone ??= new ProcessGoneError('scene worker', reason)
      this.#wake?.()
    }
    this.#worker.on('error', (error) => lost(error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', (code) => lost(`exit code ${code}`))
    for (let i = 0; i < ahead; i++) this.#worker.postMessage('more')
  }

  /** Errors: process/gone. */
  async next(): Promise<PromptedBatch> {
    while (this.#ready.length === 0) {
      if (this.#gone) throw this.#gone
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    this.#worker.postMessage('more')
    return this.#ready.shift()!
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
