import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import type { RecognisedSam, SamQuestion, SamSource } from '../../../shared/api/compute/assist.ts'
import type { ComputeClient } from '../../../shared/api/compute/contract.ts'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { AssistWindow } from '../../../shared/model/assist.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { Supervisor } from '../../jobs/supervisor.ts'
import type { Media } from '../../media/pools.ts'
import type { TiledPictures } from '../items/tiledPictures.ts'
import type { UsableModel } from './assistModels.ts'
import { createAssistProcess, endedForOthers, endOf, type AssistRole, type UsedRole } from './assistProcess.ts'
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
export type Probed = NonNullable<Awaited<ReturnType<ComputeClient['assist']['probe']>>>
export type ProbeOptions = Omit<Parameters<ComputeClient['assist']['probe']>[0], 'source' | 'embeddingFile' | 'window'>

/** The processes behind SAM: one encodes pictures, another one answers clicks, so that no click ever waits for an encoder; files that nobody knows yet get one of their own. */
export interface SamRunner {
  /** Errors: assist/*, file/*; assist/broken-model also where the files end the process that looks at them. */
  recognise(name: string, source: SamSource): Promise<RecognisedSam>
  /** Writes the embedding of a look. Errors: those of the model and the picture, process/gone, CancelledError. */
  encode(look: Look, wish: EncodeWish): Promise<Encoded>
  /** null: the embedding is not there. Clicks come before jobs. */
  decode(look: Look, questions: readonly SamQuestion[], urgency: Urgency, signal: AbortSignal): Promise<Decoded | null>
  probe(look: Look, options: ProbeOptions, signal: AbortSignal): Promise<Probed | null>
  /** A click may come soon: what answers it starts now. */
  expectClick(): void
  /** Makes the first click on an embedding as fast as those after it: a click that nobody made is answered, when nobody asks anything else. */
  warm(look: Look): void
  /** What encoding took last with the encoder of this hash; null: not known yet. */
  encodeMs(hash: string): number | null
  /** Nobody waits for anything any more. */
  clear(): void
  close(): Promise<void>
}

export interface SamRunnerOptions {
  readonly supervisor: Supervisor
  readonly media: Pick<Media, 'pictures'>
  readonly tiled: Pick<TiledPictures, 'tilesAt'>
  readonly scratchFolder: string
  /** Told of calls that ended a process, of those that went well, and of models whose files are others than were recognised. */
  readonly crashed: (modelId: string, role: UsedRole, ended: AppError) => Promise<void>
  readonly worked: (modelId: string, role: UsedRole) => void
  readonly outdated: (modelId: string) => Promise<void>
}

/** Pixels that reach an encoder, per pixel of its input: more are reduced before. */
const oversampling = 2
const idleMs = 10 * 60_000
/** Several models that are looked at one after another share a process. */
const recognitionIdleMs = 3_000
const answerTimeoutMs = 2 * 60_000
const memoryLimitBytes = Math.round(totalmem() * 0.8)

export function createSamRunner(options: SamRunnerOptions): SamRunner {
  const { supervisor, media, tiled, scratchFolder, outdated } = options
  const processFor = (role: AssistRole, timeoutMs: number) =>
    createAssistProcess(supervisor, {
      role,
      memoryLimitBytes,
      timeoutMs,
      idleMs: role === 'recognition' ? recognitionIdleMs : idleMs,
      // What is looked at for the first time is no model of the list yet: it is refused.
      crashed: async (modelId, ended) => (role === 'recognition' ? undefined : options.crashed(modelId, role, ended)),
      worked: (modelId) => (role === 'recognition' ? undefined : options.worked(modelId, role)),
    })
  // ViT-H takes a minute and more on two cores; a click takes milliseconds.
  const encoder = processFor('encoder', 15 * 60_000)
  const decoder = processFor('decoder', answerTimeoutMs)
  const recogniser = processFor('recognition', answerTimeoutMs)
  /** Of the look that was last worth it. */
  let warming = new AbortController()
  const encodes = createEncodeQueue<Encoded>()
  const decodes = createEncodeQueue<unknown>()
  const times = new Map<string, { encodeMs: number | null; loadMs: number | null }>()
  const timesOf = ({ facts }: UsableModel): EncodeTimes => {
    const known = times.get(facts.hash)
    return { encodeMs: known?.encodeMs ?? null, restartMs: known?.loadMs == null ? null : known.loadMs + startProcessMs }
  }

  /** Nobody knows what is in these files: what they do to their process is done to nobody else's. */
  async function recogniseNow(name: string, source: SamSource): Promise<RecognisedSam> {
    try {
      return await recogniser.call(source.encoderFile, ({ assist }) => assist.recognise(source))
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('process/') || endedForOthers(error)) throw error
      const reason = endOf(error)
      throw new AppError(
        'assist/broken-model',
        `${name} ended the process that looked at it: ${reason}`,
        { file: name, reason, why: 'endedItsProcess' },
        { cause: error },
      )
    }
  }
  let recognising: Promise<unknown> = Promise.resolve()

  /** Forgets what was recognised of files that are others now. */
  async function upToDate<T>({ id }: UsableModel, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof AppError && error.code === 'assist/model-changed') await outdated(id)
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
      const done = await upToDate(model, () =>
        encoder.call(model.id, ({ assist }) => assist.encode({ source: model.source, pixels: { file, ...size }, outFile: embedding })),
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
      run: () => upToDate(model, () => decoder.call(model.id, run)),
    }) as Promise<T>
  }

  const decode: SamRunner['decode'] = ({ model, embedding, window }, questions, urgency, signal) =>
    ask(model, urgency, signal, ({ assist }) =>
      assist.decode({ source: model.source, embeddingFile: embedding, window, prompts: [...questions] }),
    )

  return {
    recognise(name, source) {
      // One after another: each loads a model.
      const result = recognising.then(() => recogniseNow(name, source))
      recognising = result.catch(() => undefined)
      return result
    },
    encode: (look, { urgency, signal, onStart }) =>
      encodes.request({
        key: look.embedding,
        urgency,
        signal,
        times: () => timesOf(look.model),
        run: (ended) => encodeNow(look, ended, urgency === 'click' || urgency === 'look'),
        onStart: () => onStart?.(timesOf(look.model).encodeMs),
      }),
    decode,
    expectClick: () => decoder.start(),
    warm(look) {
      warming.abort()
      warming = new AbortController()
      // What is wrong is said to whoever clicks.
      decode(look, [middleOf(look)], 'next', warming.signal).catch(() => undefined)
    },
    probe: ({ model, embedding, window }, options, signal) =>
      ask(model, 'job', signal, ({ assist }) => assist.probe({ source: model.source, embeddingFile: embedding, window, ...options })),
    encodeMs: (hash) => times.get(hash)?.encodeMs ?? null,
    clear() {
      encodes.clear()
      decodes.clear()
    },
    async close() {
      encodes.clear()
      decodes.clear()
      await Promise.all([encoder.close(), decoder.close(), recogniser.close()])
      await rm(scratchFolder, { recursive: true, force: true })
    },
  }
}

const startProcessMs = 500

const middleOf = ({ window: [x0, y0, x1, y1] }: Look): SamQuestion => ({
  points: [{ x: (x0 + x1) / 2, y: (y0 + y1) / 2, positive: true }],
  box: null,
  mask: null,
  previous: null,
  passing: true,
})
