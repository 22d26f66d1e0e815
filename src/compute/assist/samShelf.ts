import { stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import type { SamSource } from '../../shared/api/compute/assist.ts'
import { AppError } from '../../shared/errors.ts'
import { Lru } from './lru.ts'
import { openSam } from './onnx/openSam.ts'
import type { SamSession } from './samSession.ts'

/** Share of the machine's memory that the weights of open models may take. */
const memoryShare = 0.4

/** Keeps the models used last open; files that changed are opened anew. Uses are queued, because the runtime computes one thing at a time. */
export class SamShelf {
  readonly #sessions = new Lru<Promise<SamSession>>(totalmem() * memoryShare, (session) => {
    session.then((open) => open.close()).catch(() => undefined)
  })
  #turn: Promise<unknown> = Promise.resolve()

  /** `loadMs` is what opening took, 0 where it was open. Errors: those of openSam and of `use`. */
  use<T>(source: SamSource, use: (session: SamSession, loadMs: number) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const started = performance.now()
      const { session, opened } = await this.#get(source)
      return use(session, opened ? performance.now() - started : 0)
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  close(): void {
    this.#sessions.clear()
  }

  async #get(source: SamSource): Promise<{ session: SamSession; opened: boolean }> {
    const files = await Promise.all([source.encoderFile, ...(source.decoderFile === null ? [] : [source.decoderFile])].map(factsOf))
    const key = JSON.stringify([source, files])
    const known = this.#sessions.get(key)
    if (known) return { session: await known, opened: false }
    const opening = openSam(source)
    this.#sessions.set(
      key,
      opening,
      files.reduce((sum, { bytes }) => sum + bytes, 0),
    )
    opening.catch(() => this.#sessions.delete(key))
    return { session: await opening, opened: true }
  }
}

async function factsOf(file: string): Promise<{ bytes: number; modified: number }> {
  const info = await stat(file).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file}: no such file`, { file }, { cause })
  })
  return { bytes: info.size, modified: info.mtimeMs }
}
