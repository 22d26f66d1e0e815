import { Worker } from 'node:worker_threads'
import { entryHref, type ProcessEntry } from '../../shared/entries.ts'
import { errorFromWire, ProcessGoneError, type WireError } from '../../shared/errors.ts'

/** Batches made ahead by a thread of its own. */
const ahead = 3

/** What a worker answers every message with. */
export type WorkerAnswer<T> = { readonly batch: T } | { readonly failed: WireError }

/** Batches in order; the next ones are made while one is worked on. */
export class BatchWorker<T> {
  readonly #worker: Worker
  readonly #name: string
  readonly #ready: T[] = []
  #wake: (() => void) | null = null
  #gone: Error | null = null

  constructor(entry: ProcessEntry, workerData: unknown, name: string) {
    this.#name = name
    this.#worker = new Worker(new URL(entryHref(entry, import.meta.url)), { workerData, name })
    this.#worker.on('message', (answer: WorkerAnswer<T>) => {
      if ('batch' in answer) this.#ready.push(answer.batch)
      else this.#gone ??= errorFromWire(answer.failed)
      this.#wake?.()
    })
    this.#worker.on('error', (error) => this.#lost(error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', (code) => this.#lost(`exit code ${code}`))
    for (let i = 0; i < ahead; i++) this.#worker.postMessage('more')
  }

  /** Errors: those of the batches, process/gone. */
  async next(): Promise<T> {
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

  #lost(reason: string): void {
    this.#gone ??= new ProcessGoneError(this.#name, reason)
    this.#wake?.()
  }
}
