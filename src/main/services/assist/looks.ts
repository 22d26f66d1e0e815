import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { SamQuestion } from '../../../shared/api/compute/assist.ts'
import type { AssistCandidate, AssistEvent, AssistWindow, EmbeddingCache } from '../../../shared/model/assist.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { ProjectSlot } from '../projectSlot.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'
import type { UsableModel } from './assistModels.ts'
import { createEmbeddingStore, type EmbeddingStore } from './embeddingStore.ts'
import type { Urgency } from './encodeQueue.ts'
import type { Look, Probed, ProbeOptions, SamRunner } from './samRunner.ts'
import { embeddingsInUse } from './trainingEmbeddings.ts'

export type State = Extract<AssistEvent, { type: 'state' }>
export type Tell = (state: State) => void

/** Whose turn it is, and until when somebody waits. */
export interface Wish {
  readonly urgency: Urgency
  readonly signal: AbortSignal
  readonly tell?: Tell
}

export interface Answered {
  readonly answers: readonly (readonly AssistCandidate[])[]
  readonly encoded: 'memory' | 'disk' | 'now'
  readonly encodeMs: number
  readonly decodeMs: number
}

export interface Ensured {
  readonly encoded: 'disk' | 'now'
  readonly encodeMs: number
}

/** Questions about parts of pictures of the open project, with embeddings made where they are not there yet. */
export interface Looks {
  /** `window` null: all of the picture. Errors: input/invalid (it reaches out of the picture). */
  of(projectFolder: string, model: UsableModel, files: ItemFiles, window: AssistWindow | null): Promise<Look>
  /** Sees to it that the embedding is there. Errors: assist/*, file/*, process/gone, CancelledError. */
  ensure(look: Look, wish: Wish): Promise<Ensured>
  /** The same for what the user looks at, and that the first click on it is answered like any other. Errors: as `ensure`. */
  prepare(look: Look, wish: Pick<Wish, 'signal' | 'tell'>): Promise<Ensured>
  /** Errors: as `ensure`. */
  answer(look: Look, questions: readonly SamQuestion[], wish: Wish): Promise<Answered>
  /** Errors: as `ensure`. */
  probe(look: Look, options: ProbeOptions, wish: Wish): Promise<Probed>
  /** Nothing where no project is open. */
  cache(): Promise<EmbeddingCache>
  /** What is more than the limit goes: it may have been lowered while another project was open. Errors: disk/failed. */
  trim(): Promise<void>
  /** Errors: disk/*. */
  changeCache(change: { limitBytes?: number | undefined; clear?: true | undefined }): Promise<EmbeddingCache>
}

const defaultCacheBytes = 4e9
/** What the embeddings of a project may take on the disk. */
export const embeddingLimitOf = (settings: UserSettingsFile): number => settings.read().embeddingBytes ?? defaultCacheBytes

/** More than these the process that answers does not keep anyway. */
const mostRemembered = 64

export function createLooks(slot: ProjectSlot, runner: SamRunner, settings: UserSettingsFile): Looks {
  const stores = new Map<string, EmbeddingStore>()
  const limit = (): number => embeddingLimitOf(settings)
  function embeddingsOf(folder: string): EmbeddingStore {
    let embeddings = stores.get(folder)
    if (!embeddings) stores.set(folder, (embeddings = createEmbeddingStore(folder, { inUse: () => inUse(folder) })))
    return embeddings
  }
  /** Nothing trains in a project that is not open. */
  async function inUse(folder: string): Promise<readonly string[]> {
    const open = slot.current?.store
    return open?.folder === folder ? embeddingsInUse(open) : []
  }
  const current = (): EmbeddingStore | null => slot.current && embeddingsOf(slot.current.store.folder)

  /** What was looked at last stays, however small the limit: the next click asks about it. */
  let letGo: () => void = () => undefined
  /** Embeddings that the process which answers has read; it keeps the last ones. */
  const inMemory = new Set<string>()

  async function ensure(look: Look, { urgency, signal, tell }: Wish): Promise<Ensured> {
    const embeddings = embeddingsOf(look.projectFolder)
    if (urgency === 'click' || urgency === 'look') {
      const before = letGo
      letGo = embeddings.hold(look.embedding)
      before()
    }
    if (embeddings.has(look.embedding) || inMemory.has(look.embedding)) return { encoded: 'disk', encodeMs: 0 }
    tell?.({ type: 'state', state: 'waiting', expectedMs: null })
    const onStart = (expectedMs: number | null) => tell?.({ type: 'state', state: 'encoding', expectedMs })
    const { encodeMs, bytes } = await runner.encode(look, { urgency, signal, onStart })
    // Nobody waits for it, and a cache that is too large for a while is no reason to answer later.
    embeddings.grew(bytes, limit()).catch(() => undefined)
    return { encoded: 'now', encodeMs }
  }

  /** An embedding that was torn by a crash of the machine, or taken away meanwhile, is made again. */
  async function withEmbedding<T>(look: Look, wish: Wish, ask: () => Promise<T | null>) {
    const release = embeddingsOf(look.projectFolder).hold(look.embedding)
    try {
      for (let attempt = 0; ; attempt++) {
        const ensured = await ensure(look, wish)
        wish.tell?.({ type: 'state', state: 'decoding', expectedMs: null })
        const answer = await ask()
        if (answer !== null) {
          remember(look.embedding)
          return { ...ensured, answer }
        }
        inMemory.delete(look.embedding)
        await rm(look.embedding, { force: true })
        if (attempt > 1) throw new AppError('disk/failed', 'the embedding was written and is not there', { folder: 'cache/embeddings' })
      }
    } finally {
      release()
    }
  }
  function remember(embedding: string): void {
    inMemory.delete(embedding)
    inMemory.add(embedding)
    for (const old of [...inMemory].slice(0, -mostRemembered)) inMemory.delete(old)
  }

  async function cache(): Promise<EmbeddingCache> {
    const usage = (await current()?.usage()) ?? { files: 0, bytes: 0 }
    return { ...usage, limitBytes: limit() }
  }

  const trim = async (): Promise<void> => current()?.trim(limit())

  return {
    async of(projectFolder, model, files, window) {
      const whole: AssistWindow = [0, 0, files.width, files.height]
      if (window && (window[2] > whole[2] || window[3] > whole[3]))
        throw new AppError('input/invalid', `the window ${window.join()} reaches out of ${files.relPath}`, { id: files.itemId })
      const seen = window ?? whole
      // What is no longer there says so when it is read.
      const file = await stat(path.join(files.rootPath, files.relPath)).catch(() => null)
      const picture = { sha256: files.imageSha256, bytes: file?.size ?? null, modifiedMs: file?.mtimeMs ?? null }
      const embedding = embeddingsOf(projectFolder).fileOf(picture, model.facts.hash, seen)
      return { projectFolder, model, files, window: seen, embedding }
    },
    ensure,
    async prepare(look, wish) {
      runner.expectClick()
      const ensured = await ensure(look, { urgency: 'look', ...wish })
      runner.warm(look)
      return ensured
    },
    async answer(look, questions, wish) {
      const ask = () => runner.decode(look, questions, wish.urgency, wish.signal)
      const { answer, encoded, encodeMs } = await withEmbedding(look, wish, ask)
      const from = encoded === 'disk' && answer.fromMemory ? 'memory' : encoded
      return { answers: answer.answers, encoded: from, encodeMs, decodeMs: answer.decodeMs }
    },
    probe: async (look, options, wish) => (await withEmbedding(look, wish, () => runner.probe(look, options, wish.signal))).answer,
    cache,
    async changeCache({ limitBytes, clear }) {
      if (limitBytes !== undefined) await settings.change({ embeddingBytes: limitBytes })
      if (clear) {
        inMemory.clear()
        await current()?.clear()
      } else await trim()
      return cache()
    },
    trim,
  }
}
