import { stat } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import type { Provider } from '../../shared/model/device.ts'
import { openModel } from './onnxModel.ts'
import type { OnnxModel } from './onnxModel.ts'

/** Keeps the models used last loaded; a file that changed is loaded anew. Uses are queued, because a session runs one thing at a time. */
export class ModelCache {
  readonly #limit: number
  readonly #threads: number
  readonly #models = new Map<string, Promise<OnnxModel>>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: { threads: number; limit?: number }) {
    this.#threads = options.threads
    this.#limit = options.limit ?? 2
  }

  /** Errors: those of openModel and of `use`. */
  use<T>(file: string, provider: Provider, use: (model: OnnxModel) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => use(await this.#get(file, provider)))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #get(file: string, provider: Provider): Promise<OnnxModel> {
    const info = await stat(file).catch((cause: unknown) => {
      throw new AppError('file/not-found', `${file}: no such file`, { file }, { cause })
    })
    const key = [file, provider, info.size, info.mtimeMs].join('|')
    const known = this.#models.get(key)
    const model = known ?? openModel(file, { provider, threads: this.#threads })
    // The map's order is the order of use.
    this.#models.delete(key)
    this.#models.set(key, model)
    model.catch(() => this.#models.delete(key))
    for (const [old, entry] of [...this.#models].slice(0, Math.max(0, this.#models.size - this.#limit))) {
      this.#models.delete(old)
      await (await entry.catch(() => null))?.dispose()
    }
    return model
  }
}
