import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { FileStamp, RecognisedSam, SamSource } from '../../../shared/api/compute/assist.ts'
import { sameStamps } from '../../../shared/assist/fileStamps.ts'
import { AppError, CancelledError, errorToWire, type WireError } from '../../../shared/errors.ts'
import type { AssistModel, UnreadModel } from '../../../shared/model/assist.ts'
import type { SamFacts, SamOverrides } from '../../../shared/model/samModel.ts'
import { newId } from '../../newId.ts'
import { endOf, type UsedRole } from './assistProcess.ts'
import { pinned, shippedFiles, stampsOf, stampsOfFiles } from './modelFiles.ts'
import { createModelRegistry, registryFile, type StoredModel } from './modelRegistry.ts'

/** A model that can be used now. */
export interface UsableModel {
  readonly id: string
  readonly name: string
  readonly source: SamSource
  readonly facts: SamFacts
}

/** Where a model lies, whether it can be used or not. */
export interface ModelFiles {
  readonly id: string
  readonly name: string
  readonly origin: AssistModel['origin']
  readonly isDefault: boolean
  readonly encoderFile: string
  readonly decoderFile: string | null
}

/** The SAMs of this user: kept beside the settings, because their files belong to the machine and serve every project. */
export interface AssistModels {
  /** Errors: disk/failed. */
  list(): Promise<AssistModel[]>
  /** Entries of the list that make no sense. Errors: disk/failed. */
  unread(): readonly UnreadModel[]
  /** Without looking into them. */
  files(): Promise<ModelFiles[]>
  /** null: the default. Errors: assist/no-model, assist/model-not-found, assist/quarantined, assist/*, file/not-found. */
  usable(modelId: string | null): Promise<UsableModel>
  /** Errors: assist/* (what it is was not recognised), file/not-found. */
  add(model: {
    files: readonly string[]
    name?: string | undefined
    origin: Exclude<AssistModel['origin'], 'shipped'>
    overrides?: SamOverrides
    tuned?: StoredModel['tuned']
  }): Promise<AssistModel>
  /** The model that was written of a checkpoint of a training; null where there is none, or its files are gone. */
  tunedFrom(tuned: NonNullable<StoredModel['tuned']>): Promise<AssistModel | null>
  /** Errors: assist/model-not-found, assist/*. */
  change(
    modelId: string,
    patch: { name?: string | undefined; isDefault?: true | undefined; overrides?: SamOverrides | undefined; retry?: true | undefined },
  ): Promise<AssistModel>
  /** Errors: assist/model-not-found, input/invalid (the shipped one). */
  remove(modelId: string): Promise<void>
  /** Counts an end of its process; after the second one without a success between them it is set aside. Answers with its name and whether it is now. */
  crashed(modelId: string, role: UsedRole, ended: AppError): Promise<{ name: string; quarantined: boolean }>
  worked(modelId: string, role: UsedRole): void
  /** Its files are others than were recognised: they are looked at again. */
  outdated(modelId: string): Promise<void>
}

export interface AssistModelsOptions {
  readonly stateFolder: string
  /** Where the shipped model lies, when there is one. */
  readonly shippedFolder: string
  readonly recognise: (name: string, source: SamSource) => Promise<RecognisedSam>
}

const shippedId = '00000000-0000-7000-8000-00000000005a'
const crashesAllowed = 1

/** Folder of the models that the studio writes itself. */
export const madeModelsFolder = (stateFolder: string): string => path.join(stateFolder, 'assist-models')

export function createAssistModels({ stateFolder, shippedFolder, recognise }: AssistModelsOptions): AssistModels {
  const registry = createModelRegistry(path.join(stateFolder, registryFile))
  const crashes = new Map<string, number>()
  /** Files that ended the process which looked at them, by model: as they are they are not looked at again before somebody wants it. */
  const deadly = new Map<string, { stamps: FileStamp[]; error: AppError }>()

  /** With the shipped one, whose place may be another after an update. */
  async function all(): Promise<StoredModel[]> {
    const { models } = registry.read()
    const shipped = await shippedFiles(shippedFolder)
    if (!shipped) return models.filter(({ id }) => id !== shippedId)
    const known = models.find(({ id }) => id === shippedId)
    const fresh = { id: shippedId, name: 'Maskwright small', origin: 'shipped', ...unknown } as const
    return [{ ...fresh, ...known, ...shipped, partner: null }, ...models.filter(({ id }) => id !== shippedId)]
  }
  function foundIn(models: readonly StoredModel[], modelId: string): StoredModel {
    const found = models.find(({ id }) => id === modelId)
    if (!found) throw new AppError('assist/model-not-found', `there is no model ${modelId}`, { id: modelId })
    return found
  }
  const find = async (modelId: string): Promise<StoredModel> => foundIn(await all(), modelId)
  const defaultOf = (models: readonly StoredModel[]): string | null => {
    const { defaultId } = registry.read()
    return models.find(({ id }) => id === defaultId)?.id ?? models[0]?.id ?? null
  }
  /** Of the entry as it is by now, where that fits; one that was removed meanwhile stays removed. */
  const put = (model: StoredModel, patch: Partial<StoredModel>, fits: (now: StoredModel) => boolean = () => true): Promise<void> =>
    registry.change(model.id, (now) => {
      if (now) return fits(now) ? { ...now, ...patch } : now
      return model.origin === 'shipped' ? { ...model, ...patch } : null
    })

  const asking = new Map<string, Promise<StoredModel>>()
  /** The model with what was recognised before, as long as its files are as they were. */
  function recognised(model: StoredModel): Promise<StoredModel> {
    const key = JSON.stringify([model.id, model.encoderFile, model.decoderFile, model.partner, model.overrides])
    let asked = asking.get(key)
    if (!asked) {
      asked = recogniseAnew(model).finally(() => asking.delete(key))
      asking.set(key, asked)
    }
    return asked
  }
  async function recogniseAnew(model: StoredModel): Promise<StoredModel> {
    const stamps = await stampsOf(model)
    if (model.known && sameStamps(model.known.stamps, stamps)) return model
    const ended = deadly.get(model.id)
    if (ended && sameStamps(ended.stamps, stamps)) throw ended.error
    const found = await lookedAt(model).catch((error: unknown) => {
      if (endedItsProcess(error)) deadly.set(model.id, { stamps, error })
      throw error
    })
    deadly.delete(model.id)
    // Only of what was looked at: it may have been given other overrides meanwhile.
    await put(model, found, ({ overrides }) => JSON.stringify(overrides) === JSON.stringify(model.overrides))
    return { ...model, ...found }
  }
  async function lookedAt(model: StoredModel): Promise<Pick<StoredModel, 'known' | 'decoderFile' | 'partner'>> {
    const { facts, files } = await recognise(model.name, { ...sourceOf(model), known: null })
    return { ...pinned(model, facts), known: { facts, stamps: await stampsOfFiles(files) } }
  }

  async function shown(model: StoredModel, defaultId: string | null): Promise<AssistModel> {
    const { id, name, origin, overrides, quarantine } = model
    let { known } = model
    let problem: WireError | null = null
    try {
      // What killed its process is not asked again.
      if (!quarantine) known = (await recognised(model)).known
    } catch (error) {
      if (error instanceof CancelledError) throw error
      problem = errorToWire(error)
    }
    const stamps = await stampsOf({ ...model, known }).catch(() => [])
    const files = stamps.flatMap(({ file, bytes }) =>
      bytes === null || file.endsWith('.json') ? [] : [{ name: path.basename(file), bytes }],
    )
    return {
      id,
      name,
      origin,
      files,
      isDefault: id === defaultId,
      facts: problem ? null : (known?.facts ?? null),
      overrides,
      quarantine,
      problem,
    }
  }
  const show = async (modelId: string): Promise<AssistModel> => shown(await find(modelId), defaultOf(await all()))

  return {
    async list() {
      const models = await all()
      const shownModels: AssistModel[] = []
      for (const model of models) shownModels.push(await shown(model, defaultOf(models)))
      return shownModels
    },
    unread: () => registry.read().unread,
    async files() {
      const models = await all()
      const defaultId = defaultOf(models)
      return models.map(({ id, name, origin, encoderFile, decoderFile }) => ({
        id,
        name,
        origin,
        isDefault: id === defaultId,
        encoderFile,
        decoderFile,
      }))
    },
    async usable(modelId) {
      const models = await all()
      const wanted = modelId ?? defaultOf(models)
      if (wanted === null) throw new AppError('assist/no-model', 'there is no SAM yet')
      const model = foundIn(models, wanted)
      if (model.quarantine)
        throw new AppError('assist/quarantined', `${model.name} ended its process twice: ${model.quarantine.reason}`, {
          model: model.name,
          ...model.quarantine.data,
          reason: model.quarantine.reason,
        })
      const found = await recognised(model)
      return { id: model.id, name: model.name, source: sourceOf(found), facts: found.known!.facts }
    },
    async add({ files, name, origin, overrides = {}, tuned }) {
      const [encoderFile, decoderFile = null] = files
      const model: StoredModel = {
        ...unknown,
        id: newId(),
        name: name ?? path.basename(encoderFile!).replace(/\.onnx$/i, ''),
        origin,
        encoderFile: encoderFile!,
        decoderFile,
        overrides,
        ...(tuned && { tuned }),
      }
      await stampsOf(model)
      // What is not recognised is not taken.
      const found = await lookedAt(model)
      await registry.change(model.id, () => ({ ...model, ...found }))
      return show(model.id)
    },
    async tunedFrom({ runId, checkpoint }) {
      for (const model of await all()) {
        if (model.tuned?.runId !== runId || model.tuned.checkpoint !== checkpoint) continue
        const isThere = await stampsOf(model).then(
          () => true,
          () => false,
        )
        if (isThere) return show(model.id)
      }
      return null
    },
    async change(modelId, { name, isDefault, overrides, retry }) {
      const model = await find(modelId)
      if (retry) {
        deadly.delete(modelId)
        for (const role of ['encoder', 'decoder'] as const) crashes.delete(keyOf(modelId, role))
        await put(model, { quarantine: null, ...(model.partner ? { partner: { sha256: null }, known: null } : {}) })
      }
      if (name !== undefined) await put(model, { name })
      // Refused before anything of it is kept.
      if (overrides) {
        await put(model, { overrides, ...(await lookedAt({ ...(await find(modelId)), overrides })) })
        deadly.delete(modelId)
      }
      if (isDefault) await registry.setDefault(modelId)
      return show(modelId)
    },
    async remove(modelId) {
      const model = await find(modelId)
      if (model.origin === 'shipped') throw new AppError('input/invalid', 'the model that comes with the studio stays', { id: modelId })
      await registry.change(modelId, () => null)
      deadly.delete(modelId)
      // Whatever the list says: only folders among those that the studio made are deleted.
      const folder = path.dirname(model.encoderFile)
      if (model.origin !== 'linked' && path.dirname(path.resolve(folder)) === path.resolve(madeModelsFolder(stateFolder)))
        await rm(folder, { recursive: true, force: true })
    },
    async crashed(modelId, role, ended) {
      const key = keyOf(modelId, role)
      const count = (crashes.get(key) ?? 0) + 1
      crashes.set(key, count)
      const model = (await all()).find(({ id }) => id === modelId)
      const quarantined = model !== undefined && count > crashesAllowed
      if (quarantined) await put(model, { quarantine: { at: Date.now(), reason: endOf(ended), data: { ...ended.data } } })
      return { name: model?.name ?? modelId, quarantined }
    },
    worked: (modelId, role) => void crashes.delete(keyOf(modelId, role)),
    outdated: (modelId) => registry.change(modelId, (now) => now && { ...now, known: null }),
  }
}

const endedItsProcess = (error: unknown): error is AppError =>
  error instanceof AppError &&
  error.code === 'assist/broken-model' &&
  error.cause instanceof AppError &&
  error.cause.code.startsWith('process/')

const keyOf = (modelId: string, role: UsedRole): string => `${modelId} ${role}`

/** Of a model that nobody looked at yet. */
const unknown = { overrides: {}, known: null, quarantine: null, partner: null } as const

const sourceOf = ({ encoderFile, decoderFile, overrides, known }: StoredModel): SamSource => ({
  encoderFile,
  decoderFile,
  overrides,
  provider: 'cpu',
  threads: Math.min(availableParallelism(), 16),
  known: known && {
    hash: known.facts.hash,
    sha256: { encoder: known.facts.encoder.sha256, decoder: known.facts.decoder?.sha256 ?? null },
    stamps: known.stamps,
  },
})
