import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { windowRule } from '../../../shared/picture/valueWindow.ts'
import type { AssistWindow } from '../../../shared/model/assist.ts'

/** Changes when pictures are cut for encoding in another way: older embeddings are then made again. */
const cutVersion = 1
/** Uses of a file are written down this often at most. */
const touchEveryMs = 60_000
/** The share of the limit that may come together before the oldest are looked for. */
const slack = 1 / 16

/** A picture by its content when it was imported, and by its file as it is now, which may be another one. */
export interface PictureStamp {
  readonly sha256: string
  readonly bytes: number | null
  readonly modifiedMs: number | null
}

/** Embeddings under a project's cache, the ones used last up to a limit in bytes; every one is written whole by the process that made it. */
export interface EmbeddingStore {
  /** `modelHash` is of everything about the model that an embedding depends on. */
  fileOf(picture: PictureStamp, modelHash: string, window: AssistWindow): string
  /** Notes the use of one that is there. */
  has(file: string): boolean
  /** Until it is let go it stays, whatever the limit: somebody is about to read it. Answers with how to let it go. */
  hold(file: string): () => void
  /** So many bytes were added; when enough came together, and the first time, what was used longest ago goes. */
  grew(bytes: number, limitBytes: number): Promise<void>
  trim(limitBytes: number): Promise<void>
  usage(): Promise<{ files: number; bytes: number }>
  clear(): Promise<void>
}

interface Kept {
  readonly file: string
  readonly bytes: number
  readonly usedAt: number
}

export function createEmbeddingStore(projectFolder: string, now: () => number = Date.now): EmbeddingStore {
  const root = path.join(projectFolder, 'cache', 'embeddings')
  const touched = new Map<string, number>()
  const held = new Map<string, number>()
  let untrimmed = Infinity
  let turn: Promise<unknown> = Promise.resolve()
  /** One after another: two at a time would stumble over what the other takes away. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  async function kept(): Promise<Kept[]> {
    const found: Kept[] = []
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (!entry.isFile()) continue
      const file = path.join(entry.parentPath, entry.name)
      const facts = await stat(file).catch(() => null)
      if (facts) found.push({ file, bytes: facts.size, usedAt: facts.mtimeMs })
    }
    return found
  }
  async function remove(file: string): Promise<void> {
    await rm(file, { force: true })
    touched.delete(file)
  }
  const trim = (limitBytes: number): Promise<void> =>
    inTurn(async () => {
      const files = await kept()
      let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
      for (const { file, bytes, usedAt } of files.sort((a, b) => a.usedAt - b.usedAt)) {
        // A part that is being written is younger than what a killed process left.
        const left = file.endsWith('.part') && now() - usedAt > touchEveryMs
        if ((total <= limitBytes && !left) || held.has(file)) continue
        await remove(file)
        total -= bytes
      }
    })

  return {
    fileOf({ sha256, bytes, modifiedMs }, modelHash, window) {
      const key = createHash('sha256')
        .update(JSON.stringify([modelHash, cutVersion, windowRule, window, bytes, modifiedMs]))
        .digest('hex')
        .slice(0, 32)
      return path.join(root, sha256.slice(0, 2), `${sha256.slice(0, 32)}-${key}.embedding`)
    },
    has(file) {
      if (!existsSync(file)) return false
      if (now() - (touched.get(file) ?? 0) > touchEveryMs) {
        touched.set(file, now())
        utimes(file, now() / 1000, now() / 1000).catch(() => undefined)
      }
      return true
    },
    hold(file) {
      held.set(file, (held.get(file) ?? 0) + 1)
      let done = false
      return () => {
        if (done) return
        done = true
        const others = held.get(file)! - 1
        if (others > 0) held.set(file, others)
        else held.delete(file)
      }
    },
    trim,
    async grew(bytes, limitBytes) {
      untrimmed += bytes
      if (untrimmed < limitBytes * slack) return
      untrimmed = 0
      await trim(limitBytes)
    },
    async usage() {
      const files = (await kept()).filter(({ file }) => !file.endsWith('.part'))
      return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
    clear: () =>
      inTurn(async () => {
        await rm(root, { recursive: true, force: true })
        touched.clear()
      }),
  }
}
