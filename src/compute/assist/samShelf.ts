import { statSync, type Stats } from 'node:fs'
import { totalmem } from 'node:os'
import path from 'node:path'
import type { FileStamp, SamSource } from '../../shared/api/compute/assist.ts'
import { sameStamps } from '../../shared/assist/fileStamps.ts'
import { AppError } from '../../shared/errors.ts'
import { Lru } from './lru.ts'
import { openSam } from './onnx/openSam.ts'
import type { SamSession } from './samSession.ts'

/** Share of the machine's memory that the weights of open models may take. */
const memoryShare = 0.4

/** Keeps the models used last open; files that changed are opened anew. Uses are queued, because the runtime computes one thing at a time. */
export class SamShelf {
  readonly #sessions: Lru<Promise<SamSession>>
  #turn: Promise<unknown> = Promise.resolve()

  constructor(budgetBytes = totalmem() * memoryShare) {
    this.#sessions = new Lru(budgetBytes, (session) => {
      session.then((open) => open.close()).catch(() => undefined)
    })
  }

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
    const known = source.known?.stamps.map(({ file }) => file) ?? []
    const own = [source.encoderFile, ...(source.decoderFile === null ? [] : [source.decoderFile])]
    const stamps = [...new Set([...own, ...known])].map(stampOf)
    const missing = stamps.find(({ file, bytes }) => bytes === null && own.includes(file))
    if (missing) throw new AppError('file/not-found', `${missing.file}: no such file`, { file: missing.file })
    if (source.known && !sameStamps(stampsFor(known, stamps), source.known.stamps)) throw changed(source)
    const key = JSON.stringify([source, source.known ? null : stamps])
    const open = this.#sessions.get(key)
    if (open) return { session: await open, opened: false }
    const opening = openSam({ ...source, sha256: source.known?.sha256 }).then((session) => {
      if (!source.known || session.facts.hash === source.known.hash) return session
      return session.close().then(() => Promise.reject(changed(source)))
    })
    // Weights beside the model count, too.
    const bytes = stamps.reduce((sum, stamp) => sum + (stamp.bytes ?? 0), 0)
    this.#sessions.set(key, opening, bytes)
    opening.catch(() => this.#sessions.delete(key))
    return { session: await opening, opened: true }
  }
}

const stampsFor = (files: readonly string[], stamps: readonly FileStamp[]) =>
  files.map((file) => stamps.find((stamp) => stamp.file === file)!)

const changed = ({ encoderFile }: SamSource): AppError => {
  const file = path.basename(encoderFile)
  return new AppError('assist/model-changed', `${file}, or a file beside it, is another one than it was`, { file })
}

/** Nobody else wants this process meanwhile, and with every click a thread of its own for it would cost more than the look itself. */
function stampOf(file: string): FileStamp {
  const found = statOf(file)
  const info = found?.isFile() ? found : null
  return { file, bytes: info?.size ?? null, modifiedMs: info?.mtimeMs ?? 0, changedMs: info?.ctimeMs ?? 0, inode: info?.ino ?? 0 }
}

function statOf(file: string): Stats | null {
  try {
    return statSync(file)
  } catch {
    return null
  }
}
