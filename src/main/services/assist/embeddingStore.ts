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

/**
 * Embeddings under a project's cache, the ones used last up to a limit in bytes; every one is written whole by the process that made it. What a live
 * training uses stays and does not count: it would be computed again at once.
 */
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
  /** All of them, but for those of a live training. */
  clear(): Promise<void>
}

export interface EmbeddingStoreOptions {
  /** Names of the folders of `trainingFolder` that live trainings use. */
  readonly inUse?: () => Promise<readonly string[]>
  readonly now?: () => number
}

const root = (projectFolder: string): string => path.join(projectFolder, 'cache', 'embeddings')

/** Embeddings that trainings need lie there, in a folder for each encoder, counted and limited with the others. */
export const trainingFolder = (projectFolder: string): string => path.join(root(projectFolder), 'training')

interface Kept {
  readonly file: string
  readonly bytes: number
  readonly usedAt: number
}

export function createEmbeddingStore(
  projectFolder: string,
  { inUse = () => Promise.resolve([]), now = Date.now }: EmbeddingStoreOptions = {},
): EmbeddingStore {
  const folder = root(projectFolder)
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
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (!entry.isFile()) continue
      const file = path.join(entry.parentPath, entry.name)
      const facts = await stat(file).catch(() => null)
      if (facts) found.push({ file, bytes: facts.size, usedAt: facts.mtimeMs })
    }
    return found
  }
  /** Those that no live training uses. */
  async function removable(): Promise<Kept[]> {
    const used = (await inUse()).map((name) => path.join(trainingFolder(projectFolder), name) + path.sep)
    return (await kept()).filter(({ file }) => !used.some((prefix) => file.startsWith(prefix)))
  }
  async function remove(file: string): Promise<void> {
    await rm(file, { force: true })
    touched.delete(file)
  }
  const trim = (limitBytes: number): Promise<void> =>
    inTurn(async () => {
      const files = await removable()
      // A part that is being written is younger than what a killed process left.
      const isLeft = ({ file, usedAt }: Kept): boolean => isPartial(file) && now() - usedAt > touchEveryMs
      for (const { file } of files.filter(isLeft)) await remove(file)
      const whole = files.filter((each) => !isLeft(each))
      let total = whole.reduce((sum, { bytes }) => sum + bytes, 0)
      for (const { file, bytes } of whole.sort((a, b) => a.usedAt - b.usedAt)) {
        if (total <= limitBytes || held.has(file)) continue
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
      return path.join(folder, sha256.slice(0, 2), `${sha256.slice(0, 32)}-${key}.embedding`)
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
      const files = (await kept()).filter(({ file }) => !isPartial(file))
      return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
    clear: () =>
      inTurn(async () => {
        for (const { file } of await removable()) await remove(file)
      }),
  }
}

/** What is written beside its place before it is whole, by the processes of clicks and of trainings. */
const isPartial = (file: string): boolean => /\.(part|tmp)$/.test(file)
