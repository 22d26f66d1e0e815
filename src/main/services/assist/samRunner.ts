import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import type { SamQuestion, SamSource } from '../../../shared/api/compute/assist.ts'
import type { ComputeClient } from '../../../shared/api/compute/contract.ts'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { AssistWindow } from '../../../shared/model/assist.ts'
import type { SamFacts } from '../../../shared/model/samModel.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { Supervisor } from '../../jobs/supervisor.ts'
import type { Media } from '../../media/pools.ts'
import type { TiledPictures } from '../items/tiledPictures.ts'
import type { UsableModel } from './assistModels.ts'
import { createAssistProcess } from './assistProcess.ts'
import { createEncodeQueue, type EncodeTimes, type Urgency } from './encodeQueue.ts'

/** A part of a picture as one model sees it. */
export interface Look {
  readonly projectFolder: string
  readonly model: UsableModel
  readonly files: ItemFiles
  readonly window: AssistWindow
  /** File of the embedding. */
  readonly embedding: string
}

export interface Encoded {
  readonly encodeMs: number
  readonly bytes: number
}

export interface EncodeWish {
  readonly urgency: Urgency
  readonly signal: AbortSignal
  /** Called when it is this picture's turn, with what it took before. */
  readonly onStart?: (expectedMs: number | null) => void
}

type Decoded = NonNullable<Awaited<ReturnType<ComputeClient['assist']['decode']>>>
export type Probed = NonNullable<Awaited<ReturnType<ComputeClient['assist']['probe']>>>[number]
export type ProbeOptions = Omit<Parameters<ComputeClient['assist']['probe']>[0], 'source' | 'embeddingFile' | 'window'>

/** The processes behind SAM: one encodes pictures, another one answers clicks, so that no click ever waits for an encoder. */
export interface SamRunner {
  recognise(name: string, source: SamSource): Promise<SamFacts>
  /** Writes the embedding of a look. Errors: those of the model and the picture, process/gone, CancelledError. */
  encode(look: Look, wish: EncodeWish): Promise<Encoded>
  /** null: the embedding is not there. Clicks come before jobs. */
  decode(look: Look, questions: readonly SamQuestion[], urgency: Urgency, signal: AbortSignal): Promise<Decoded | null>
  probe(look: Look, options: ProbeOptions, signal: AbortSignal): Promise<Probed[] | null>
  /** Nobody waits for anything any more. */
  clear(): void
  close(): Promise<void>
}

export interface SamRunnerOptions {
  readonly supervisor: Supervisor
  readonly media: Pick<Media, 'pictures'>
  readonly tiled: Pick<TiledPictures, 'tilesAt'>
  readonly scratchFolder: string
  readonly crashed: (model: UsableModel, reason: string) => void
}

/** Pixels that reach an encoder, per pixel of its input: more are reduced before. */
const oversampling = 2
const idleMs = 10 * 60_000
const memoryLimitBytes = Math.round(totalmem() * 0.8)

export function createSamRunner({ supervisor, media, tiled, scratchFolder, crashed }: SamRunnerOptions): SamRunner {
  // ViT-H takes a minute and more on two cores; a click takes milliseconds.
  const encoder = createAssistProcess(supervisor, { memoryLimitBytes, timeoutMs: 15 * 60_000, idleMs })
  const decoder = createAssistProcess(supervisor, { memoryLimitBytes, timeoutMs: 2 * 60_000, idleMs })
  const encodes = createEncodeQueue<Encoded>()
  const decodes = createEncodeQueue<unknown>()
  const times = new Map<string, { encodeMs: number | null; loadMs: number | null }>()
  const timesOf = ({ facts }: UsableModel): EncodeTimes => {
    const known = times.get(facts.hash)
    return { encodeMs: known?.encodeMs ?? null, restartMs: known?.loadMs == null ? null : known.loadMs + startProcessMs }
  }

  /** Ends of a process are held against the model that it was working for. */
  async function blaming<T>(model: UsableModel, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof AppError && ['process/gone', 'process/out-of-memory', 'process/timeout'].includes(error.code))
        crashed(model, String(error.data['reason'] ?? error.message))
      throw error
    }
  }

  async function cutPixels(
    { model, files, window }: Look,
    out: string,
    signal: AbortSignal,
    urgent: boolean,
  ): Promise<{ width: number; height: number }> {
    const mostSide = model.facts.preprocess.size * oversampling
    const longest = Math.max(window[2] - window[0], window[3] - window[1])
    const level = Math.max(0, Math.floor(Math.log2(longest / mostSide)))
    const tiles = await tiled.tilesAt(files, level, urgent)
    const { rootPath: root, relPath } = files
    return media.pictures.call('region', { root, relPath, window, mostSide, out, tiles }, { timeoutMs: 180_000, signal, urgent })
  }

  async function encodeNow(look: Look, ended: AbortSignal, urgent: boolean): Promise<Encoded> {
    const { model, embedding } = look
    const file = path.join(scratchFolder, `${randomUUID()}.rgb`)
    const end = () => encoder.end()
    try {
      const size = await cutPixels(look, file, ended, urgent)
      if (ended.aborted) throw new CancelledError()
      ended.addEventListener('abort', end, { once: true })
      const done = await blaming(model, () =>
        encoder.call(`${model.name} (encoder)`, ({ assist }) =>
          assist.encode({ source: model.source, pixels: { file, ...size }, outFile: embedding }),
        ),
      )
      const before = times.get(model.facts.hash)
      times.set(model.facts.hash, { encodeMs: done.encodeMs, loadMs: done.loadMs > 0 ? done.loadMs : (before?.loadMs ?? null) })
      return done
    } finally {
      ended.removeEventListener('abort', end)
      await rm(file, { force: true })
    }
  }

  /** One question at a time reaches the process, so that one nobody waits for any more is never asked. */
  function ask<T>(model: UsableModel, urgency: Urgency, signal: AbortSignal, run: (client: ComputeClient) => Promise<T>): Promise<T> {
    return decodes.request({
      key: randomUUID(),
      urgency,
      signal,
      times: () => ({ encodeMs: 0, restartMs: null }),
      run: () => blaming(model, () => decoder.call(`${model.name} (decoder)`, run)),
    }) as Promise<T>
  }

  return {
    recognise: (name, source) => decoder.call(`${name} (decoder)`, ({ assist }) => assist.recognise(source)),
    encode: (look, { urgency, signal, onStart }) =>
      encodes.request({
        key: look.embedding,
        urgency,
        signal,
        times: () => timesOf(look.model),
        run: (ended) => encodeNow(look, ended, urgency === 'click' || urgency === 'look'),
        onStart: () => onStart?.(timesOf(look.model).encodeMs),
      }),
    decode: ({ model, embedding, window }, questions, urgency, signal) =>
      ask(model, urgency, signal, ({ assist }) =>
        assist.decode({ source: model.source, embeddingFile: embedding, window, prompts: [...questions] }),
      ),
    probe: ({ model, embedding, window }, options, signal) =>
      ask(model, 'job', signal, ({ assist }) => assist.probe({ source: model.source, embeddingFile: embedding, window, ...options })),
    clear() {
      encodes.clear()
      decodes.clear()
    },
    async close() {
      encodes.clear()
      decodes.clear()
      await Promise.all([encoder.close(), decoder.close()])
      await rm(scratchFolder, { recursive: true, force: true })
    },
  }
}

const startProcessMs = 500
