import path from 'node:path'
import type { SamQuestion } from '../../../shared/api/compute/assist.ts'
import { unpackedPath } from '../../../shared/entries.ts'
import { AppError } from '../../../shared/errors.ts'
import type { AssistCandidate, AssistEvent, AssistWindow, PrepareEvent } from '../../../shared/model/assist.ts'
import { isCompleteMask } from '../../../shared/geometry/rle.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { Media } from '../../media/pools.ts'
import type { Host } from '../host.ts'
import type { TiledPictures } from '../items/tiledPictures.ts'
import type { Models } from '../models/modelsService.ts'
import type { AreaService } from '../service.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'
import { createAssistModels, madeModelsFolder, type AssistModels } from './assistModels.ts'
import { endOf } from './assistProcess.ts'
import { createAutomaticMasks } from './automaticMasks.ts'
import { createBoxJobs } from './boxJobs.ts'
import { callStream } from './callStream.ts'
import { createLooks } from './looks.ts'
import { addSentModel } from './sentModels.ts'
import { createModelUploads, type ModelUploads } from './modelUploads.ts'
import { pictureFile } from './pictureFile.ts'
import { createPredictionMasks } from './predictionMasks.ts'
import { createReviews } from './reviews.ts'
import { createSamImports, type SamImports } from './samImports.ts'
import { createSamRunner, type Look, type SamRunner } from './samRunner.ts'
import { trimmingSoon } from './trimmingSoon.ts'
import { removeUnlistedModels } from './unlistedModels.ts'

export interface Assist {
  readonly service: AreaService<'assist'>
  readonly models: AssistModels
  /** Answers a prompt about a picture file of this side; for the command line. Errors: as `segment`. */
  segmentFile(file: string, question: SamQuestion, options: { modelId: string | null; signal: AbortSignal }): Promise<FileAnswer>
  readonly convert: SamImports['convert']
  readonly uploads: ModelUploads
  readonly encodeMs: SamRunner['encodeMs']
  close(): Promise<void>
}

export interface AssistOptions {
  readonly host: Host
  readonly media: Pick<Media, 'pictures'>
  readonly tiled: TiledPictures
  readonly settings: UserSettingsFile
  readonly scratchFolder: string
  readonly predictItem: Models['predictItem']
}

export interface FileAnswer {
  readonly width: number
  readonly height: number
  readonly model: string
  readonly candidates: readonly AssistCandidate[]
  readonly encodeMs: number
  readonly decodeMs: number
}

type Looked = { itemId: string; modelId?: string | undefined; window: AssistWindow | null }

/** Help from SAM models: what a page asks, the models, and the embeddings of the open project. */
export function createAssist({ host, media, tiled, settings, scratchFolder, predictItem }: AssistOptions): Assist {
  const { slot, events } = host
  const runner: SamRunner = createSamRunner({
    supervisor: host.supervisor,
    media,
    tiled,
    scratchFolder,
    async crashed(modelId, role, ended) {
      events.emit({ type: 'assistCrash', modelId, reason: endOf(ended), ...(await models.crashed(modelId, role, ended)) })
    },
    worked: (modelId, role) => models.worked(modelId, role),
    outdated: (modelId) => models.outdated(modelId),
  })
  const models = createAssistModels({
    stateFolder: host.stateFolder,
    shippedFolder: unpackedPath(path.join(host.installFolder, 'resources', 'sam')),
    recognise: (name, source) => runner.recognise(name, source),
  })
  removeUnlistedModels(host.stateFolder).then(
    (removed) => removed.length > 0 && host.log.warn({ removed }, 'removed models that a killed host left behind'),
    (error: unknown) => host.log.warn({ err: error }, 'models that a killed host left behind could not be removed'),
  )
  // What is under way belongs to the project that is open.
  slot.onOpen(() => Promise.resolve(async () => runner.clear()))
  const looks = createLooks(slot, runner, settings)
  slot.onOpen(trimmingSoon(() => looks.trim()))
  const boxes = createBoxJobs({ host, models, looks, who: () => settings.who() })
  const reviews = createReviews(slot)
  const automatic = createAutomaticMasks({ host, models, looks, reviews })
  const predicted = createPredictionMasks({ host, media, models, looks, reviews, predictItem })
  const uploads = createModelUploads(madeModelsFolder(host.stateFolder))
  const imports = createSamImports({ host, models, uploads })

  async function lookAt({ itemId, modelId, window }: Looked): Promise<Look> {
    const { store } = slot.require()
    const [files, model] = await Promise.all([store.call('items.files', { itemId }), models.usable(modelId ?? null)])
    return looks.of(store.folder, model, files, window)
  }

  const wanted = new Map<string, AbortController>()
  /** What a page will want next, one picture after the other; what cannot be encoded will be said when it is looked at. */
  async function prefetch(pictures: readonly Looked[], signal: AbortSignal): Promise<void> {
    for (const looked of pictures) {
      if (signal.aborted) return
      try {
        await looks.ensure(await lookAt(looked), { urgency: 'next', signal })
      } catch (error) {
        if (!(error instanceof AppError)) return
      }
    }
  }
  const changed = <T>(result: T): T => {
    events.emit({ type: 'assistModels' })
    return result
  }

  const service: AreaService<'assist'> = {
    async models() {
      const list = await models.list()
      return { models: list, defaultId: list.find(({ isDefault }) => isDefault)?.id ?? null, unread: [...models.unread()] }
    },
    segment: ({ itemId, modelId, window, ...question }, { signal }) =>
      callStream<AssistEvent, AssistEvent>(signal, async (tell, leaving) => {
        const look = await lookAt({ itemId, modelId, window })
        for (const mask of [question.mask, question.previousMask]) if (mask) requireInside(mask, look.files)
        const { answers, ...how } = await looks.answer(look, [question], { urgency: 'click', signal: leaving, tell })
        return {
          type: 'result',
          modelId: look.model.id,
          modelName: look.model.name,
          window: look.window,
          candidates: [...answers[0]!],
          ...how,
        }
      }),
    prepare: (looked, { signal }) =>
      callStream<PrepareEvent, PrepareEvent>(signal, async (tell, leaving) => {
        const look = await lookAt(looked)
        const how = await looks.prepare(look, { signal: leaving, tell })
        return { type: 'ready', modelId: look.model.id, window: look.window, ...how }
      }),
    prefetch({ itemIds, modelId, window }, { connection }) {
      wanted.get(connection.id)?.abort()
      const leaving = new AbortController()
      wanted.set(connection.id, leaving)
      const pictures = itemIds.map((itemId) => ({ itemId, modelId, window }))
      void prefetch(pictures, AbortSignal.any([connection.gone, leaving.signal])).finally(() => {
        if (wanted.get(connection.id) === leaving) wanted.delete(connection.id)
      })
      return {}
    },
    ...boxes,
    ...automatic,
    ...predicted,
    ...imports.service,
    async addModel({ fileIds, name }) {
      if (fileIds.some((fileId) => uploads.find(fileId) !== null))
        return changed(await addSentModel({ models, uploads, root: madeModelsFolder(host.stateFolder) }, fileIds, name))
      const files = await Promise.all(fileIds.map((fileId) => host.folders.resolveFile(fileId)))
      return changed(await models.add({ files, name, origin: 'linked' }))
    },
    changeModel: async ({ modelId, ...patch }) => changed(await models.change(modelId, patch)),
    async removeModel({ modelId }) {
      await models.remove(modelId)
      return changed({})
    },
    cache: () => looks.cache(),
    changeCache: (change) => looks.changeCache(change),
  }
  return {
    service,
    models,
    convert: imports.convert,
    uploads,
    encodeMs: (hash) => runner.encodeMs(hash),
    async segmentFile(file, question, { modelId, signal }) {
      const [files, model] = await Promise.all([pictureFile(media, file), models.usable(modelId)])
      const { answers, encodeMs, decodeMs } = await looks.answer(await looks.of(scratchFolder, model, files, null), [question], {
        urgency: 'click',
        signal,
      })
      return { width: files.width, height: files.height, model: model.name, candidates: answers[0]!, encodeMs, decodeMs }
    },
    async close() {
      await Promise.all([runner.close(), uploads.clear()])
    },
  }
}

/** Errors: input/invalid. */
function requireInside(mask: MaskShape, { width, height, relPath, itemId }: ItemFiles): void {
  if (mask.x + mask.w <= width && mask.y + mask.h <= height && isCompleteMask(mask)) return
  throw new AppError('input/invalid', `the mask is not whole, or reaches out of ${relPath}`, { id: itemId })
}
