import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { AssistEvent, AssistWindow, EmbeddingCache, PrepareEvent } from '../../../shared/model/assist.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { Media } from '../../media/pools.ts'
import type { Host } from '../host.ts'
import type { TiledPictures } from '../items/tiledPictures.ts'
import type { AreaService } from '../service.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'
import { createAssistModels, type AssistModels, type UsableModel } from './assistModels.ts'
import { callStream } from './callStream.ts'
import { createEmbeddingStore, type EmbeddingStore } from './embeddingStore.ts'
import type { Urgency } from './encodeQueue.ts'
import { createSamRunner, type Look, type SamRunner } from './samRunner.ts'

export interface Assist {
  readonly service: AreaService<'assist'>
  readonly models: AssistModels
  close(): Promise<void>
}

export interface AssistOptions {
  readonly host: Host
  readonly media: Pick<Media, 'pictures'>
  readonly tiled: TiledPictures
  readonly settings: UserSettingsFile
  readonly scratchFolder: string
}

type Looked = { itemId: string; modelId?: string | undefined; window: AssistWindow | null }
type State = Extract<AssistEvent, { type: 'state' }>

export const defaultCacheBytes = 4 * 2 ** 30

/** Help from SAM models: what a page asks, the models, and the embeddings of the open project. */
export function createAssist({ host, media, tiled, settings, scratchFolder }: AssistOptions): Assist {
  const { slot } = host
  const stores = new WeakMap<ProjectStore, EmbeddingStore>()
  const runner: SamRunner = createSamRunner({
    supervisor: host.supervisor,
    media,
    tiled,
    scratchFolder,
    crashed: ({ id, name }, reason) => {
      const quarantined = models.crashed(id, reason)
      host.events.emit({ type: 'assistCrash', modelId: id, name, reason, quarantined })
    },
  })
  const models = createAssistModels({
    stateFolder: host.stateFolder,
    shippedFolder: path.join(host.installFolder, 'resources', 'sam'),
    recognise: (name, source) => runner.recognise(name, source),
  })
  // What is under way belongs to the project that is open.
  slot.onOpen(() => Promise.resolve(async () => runner.clear()))

  const limit = (): number => settings.read().embeddingBytes ?? defaultCacheBytes
  function embeddingsOf(store: ProjectStore): EmbeddingStore {
    let embeddings = stores.get(store)
    if (!embeddings) stores.set(store, (embeddings = createEmbeddingStore(store.folder)))
    return embeddings
  }

  async function lookAt({ itemId, modelId, window }: Looked, usable?: UsableModel): Promise<Look & { embeddings: EmbeddingStore }> {
    const { store } = slot.require()
    const [files, model] = await Promise.all([store.call('items.files', { itemId }), usable ?? models.usable(modelId ?? null)])
    const whole: AssistWindow = [0, 0, files.width, files.height]
    if (window && (window[2] > whole[2] || window[3] > whole[3]))
      throw new AppError('input/invalid', `the window ${window.join()} reaches out of ${files.relPath}`, { id: itemId })
    const embeddings = embeddingsOf(store)
    const of = window ?? whole
    return { model, files, window: of, embedding: embeddings.fileOf(files.imageSha256, model.facts.hash, of), embeddings }
  }

  /** Sees to it that the embedding is there. Answers where it came from. */
  async function ensure(
    look: Look & { embeddings: EmbeddingStore },
    urgency: Urgency,
    signal: AbortSignal,
    tell: (state: State) => void = () => undefined,
  ): Promise<{ encoded: 'disk' | 'now'; encodeMs: number }> {
    if (look.embeddings.has(look.embedding)) return { encoded: 'disk', encodeMs: 0 }
    tell({ type: 'state', state: 'waiting', expectedMs: null })
    const onStart = (expectedMs: number | null) => tell({ type: 'state', state: 'encoding', expectedMs })
    const { encodeMs, bytes } = await runner.encode(look, { urgency, signal, onStart })
    // Nobody waits for it, and a cache that is too large for a while is no reason to answer later.
    look.embeddings.grew(bytes, limit()).catch(() => undefined)
    return { encoded: 'now', encodeMs }
  }

  async function usage(): Promise<EmbeddingCache> {
    return { ...(await embeddingsOf(slot.require().store).usage()), limitBytes: limit() }
  }

  const wanted = new Map<string, AbortController>()
  /** What a page will want next, one picture after the other; what cannot be encoded will be said when it is looked at. */
  async function prefetch(looks: readonly Looked[], signal: AbortSignal): Promise<void> {
    for (const looked of looks) {
      if (signal.aborted) return
      try {
        await ensure(await lookAt(looked), 'next', signal)
      } catch (error) {
        if (error instanceof CancelledError || !(error instanceof AppError)) return
      }
    }
  }

  const service: AreaService<'assist'> = {
    async models() {
      const list = await models.list()
      return { models: list, defaultId: list.find(({ isDefault }) => isDefault)?.id ?? null }
    },
    segment: ({ itemId, modelId, window, ...question }, { signal }) =>
      callStream<AssistEvent, AssistEvent>(signal, async (tell, leaving) => {
        const look = await lookAt({ itemId, modelId, window })
        for (let attempt = 0; ; attempt++) {
          const { encoded, encodeMs } = await ensure(look, 'click', leaving, tell)
          tell({ type: 'state', state: 'decoding', expectedMs: null })
          const decoded = await runner.decode(look, [question], 'click', leaving)
          if (decoded) {
            const from = encoded === 'disk' && decoded.fromMemory ? 'memory' : encoded
            const told = { modelId: look.model.id, window: look.window, encoded: from, encodeMs, decodeMs: decoded.decodeMs } as const
            return { type: 'result', candidates: decoded.answers[0]!, ...told }
          }
          // Torn by a crash of the machine, or taken away meanwhile: made again, once.
          await rm(look.embedding, { force: true })
          if (attempt > 0) throw new AppError('disk/failed', 'the embedding was written and is not there', { folder: 'cache/embeddings' })
        }
      }),
    prepare: (looked, { signal }) =>
      callStream<PrepareEvent, PrepareEvent>(signal, async (tell, leaving) => {
        const look = await lookAt(looked)
        const { encoded, encodeMs } = await ensure(look, 'look', leaving, tell)
        return { type: 'ready', modelId: look.model.id, window: look.window, encoded, encodeMs }
      }),
    prefetch({ itemIds, modelId, window }, { connection }) {
      wanted.get(connection.id)?.abort()
      const leaving = new AbortController()
      wanted.set(connection.id, leaving)
      const signal = AbortSignal.any([connection.gone, leaving.signal])
      void prefetch(
        itemIds.map((itemId) => ({ itemId, modelId, window })),
        signal,
      ).finally(() => wanted.get(connection.id) === leaving && wanted.delete(connection.id))
      return {}
    },
    async addModel({ fileIds, name }) {
      const files = await Promise.all(fileIds.map((fileId) => host.folders.resolveFile(fileId)))
      const added = await models.add({ files, name, origin: 'linked' })
      host.events.emit({ type: 'assistModels' })
      return added
    },
    async changeModel({ modelId, ...patch }) {
      const changed = await models.change(modelId, patch)
      host.events.emit({ type: 'assistModels' })
      return changed
    },
    async removeModel({ modelId }) {
      await models.remove(modelId)
      host.events.emit({ type: 'assistModels' })
      return {}
    },
    cache: usage,
    async changeCache({ limitBytes, clear }) {
      const embeddings = embeddingsOf(slot.require().store)
      if (limitBytes !== undefined) await settings.change({ embeddingBytes: limitBytes })
      if (clear) await embeddings.clear()
      else await embeddings.trim(limit())
      return usage()
    },
  }
  return { service, models, close: () => runner.close() }
}
