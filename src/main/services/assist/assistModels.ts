import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { SamSource } from '../../../shared/api/compute/assist.ts'
import { AppError, CancelledError, errorToWire, type WireError } from '../../../shared/errors.ts'
import type { AssistModel } from '../../../shared/model/assist.ts'
import { samFactsSchema, samOverridesSchema, type SamFacts, type SamOverrides } from '../../../shared/model/samModel.ts'
import { fromDiskError } from '../../media/wholeFile.ts'
import { newId } from '../../newId.ts'

const stampSchema = z.object({ file: z.string(), bytes: z.number(), modifiedMs: z.number() })
type Stamp = z.infer<typeof stampSchema>

const storedSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.enum(['shipped', 'made', 'linked']),
  encoderFile: z.string(),
  decoderFile: z.string().nullable(),
  overrides: samOverridesSchema.catch({}),
  /** What was recognised, of the files as they were then. */
  known: z
    .object({ facts: samFactsSchema, stamps: z.array(stampSchema) })
    .nullable()
    .catch(null),
  quarantine: z.object({ at: z.number(), reason: z.string() }).nullable().catch(null),
})
type Stored = z.infer<typeof storedSchema>

const registrySchema = z.object({ models: z.array(storedSchema).catch([]), defaultId: z.string().nullable().catch(null) })

/** A model that can be used now. */
export interface UsableModel {
  readonly id: string
  readonly name: string
  readonly source: SamSource
  readonly facts: SamFacts
}

/** The SAMs of this user: kept beside the settings, because their files belong to the machine and serve every project. */
export interface AssistModels {
  list(): Promise<AssistModel[]>
  /** null: the default. Errors: assist/no-model, assist/model-not-found, assist/quarantined, assist/*, file/not-found. */
  usable(modelId: string | null): Promise<UsableModel>
  /** Errors: assist/* (what it is was not recognised), file/not-found. */
  add(model: {
    files: readonly string[]
    name?: string | undefined
    origin: 'made' | 'linked'
    overrides?: SamOverrides
  }): Promise<AssistModel>
  /** Errors: assist/model-not-found, assist/*. */
  change(
    modelId: string,
    patch: { name?: string | undefined; isDefault?: true | undefined; overrides?: SamOverrides | undefined; retry?: true | undefined },
  ): Promise<AssistModel>
  /** Errors: assist/model-not-found, input/invalid (the shipped one). */
  remove(modelId: string): Promise<void>
  /** Counts an end of its process; after the second one it is set aside. Answers whether it is now. */
  crashed(modelId: string, reason: string): boolean
}

export interface AssistModelsOptions {
  readonly stateFolder: string
  /** Where the shipped model lies, when there is one. */
  readonly shippedFolder: string
  readonly recognise: (name: string, source: SamSource) => Promise<SamFacts>
}

const shippedId = '00000000-0000-7000-8000-00000000005a'
const crashesAllowed = 1

/** Folder of the models that the studio writes itself. */
export const madeModelsFolder = (stateFolder: string): string => path.join(stateFolder, 'assist-models')

export function createAssistModels({ stateFolder, shippedFolder, recognise }: AssistModelsOptions): AssistModels {
  const file = path.join(stateFolder, 'assist.json')
  const crashes = new Map<string, number>()
  const read = (): z.infer<typeof registrySchema> => {
    try {
      return registrySchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return { models: [], defaultId: null }
    }
  }
  const write = (registry: z.infer<typeof registrySchema>): void => {
    const partial = `${file}.${process.pid}.part`
    try {
      mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
      writeFileSync(partial, JSON.stringify(registry), { mode: 0o600, flush: true })
      renameSync(partial, file)
    } catch (error) {
      rmSync(partial, { force: true })
      throw fromDiskError(error)
    }
  }
  const put = (model: Stored): void => {
    const registry = read()
    const others = registry.models.filter(({ id }) => id !== model.id)
    const at = registry.models.findIndex(({ id }) => id === model.id)
    write({ ...registry, models: at < 0 ? [...others, model] : others.toSpliced(at, 0, model) })
  }

  /** With the shipped one, whose place may be another after an update. */
  async function all(): Promise<Stored[]> {
    const { models } = read()
    const shipped = await shippedFiles(shippedFolder)
    if (!shipped) return models.filter(({ id }) => id !== shippedId)
    const known = models.find(({ id }) => id === shippedId)
    const fresh: Stored = {
      id: shippedId,
      name: 'Maskwright small',
      origin: 'shipped',
      ...shipped,
      overrides: {},
      known: null,
      quarantine: null,
    }
    return [{ ...fresh, ...known, ...shipped }, ...models.filter(({ id }) => id !== shippedId)]
  }
  async function find(modelId: string): Promise<Stored> {
    const found = (await all()).find(({ id }) => id === modelId)
    if (!found) throw new AppError('assist/model-not-found', `there is no model ${modelId}`, { id: modelId })
    return found
  }
  const defaultOf = (models: readonly Stored[]): string | null => {
    const { defaultId } = read()
    return models.find(({ id }) => id === defaultId)?.id ?? models[0]?.id ?? null
  }

  const asking = new Map<string, Promise<SamFacts>>()
  /** What was recognised before, as long as its files are as they were. */
  function factsOf(model: Stored): Promise<SamFacts> {
    let asked = asking.get(model.id)
    if (!asked) {
      asked = recogniseAnew(model).finally(() => asking.delete(model.id))
      asking.set(model.id, asked)
    }
    return asked
  }
  async function recogniseAnew(model: Stored): Promise<SamFacts> {
    const stamps = await stampsOf(model)
    if (model.known && JSON.stringify(model.known.stamps) === JSON.stringify(stamps)) return model.known.facts
    const facts = await recognise(model.name, sourceOf(model))
    put({ ...model, known: { facts, stamps } })
    return facts
  }

  async function shown(model: Stored, defaultId: string | null): Promise<AssistModel> {
    const { id, name, origin, overrides, quarantine } = model
    let facts: SamFacts | null = null
    let problem: WireError | null = null
    try {
      // What killed its process is not asked again.
      facts = quarantine ? (model.known?.facts ?? null) : await factsOf(model)
    } catch (error) {
      if (error instanceof CancelledError) throw error
      problem = errorToWire(error)
    }
    const files = (await stampsOf(model).catch(() => [])).map(({ file, bytes }) => ({ name: path.basename(file), bytes }))
    return { id, name, origin, files, isDefault: id === defaultId, facts, overrides, quarantine, problem }
  }
  const show = async (modelId: string): Promise<AssistModel> => shown(await find(modelId), defaultOf(await all()))

  return {
    async list() {
      const models = await all()
      const shownModels: AssistModel[] = []
      for (const model of models) shownModels.push(await shown(model, defaultOf(models)))
      return shownModels
    },
    async usable(modelId) {
      const wanted = modelId ?? defaultOf(await all())
      if (wanted === null) throw new AppError('assist/no-model', 'there is no SAM yet')
      const model = await find(wanted)
      if (model.quarantine)
        throw new AppError('assist/quarantined', `${model.name} ended its process twice: ${model.quarantine.reason}`, {
          model: model.name,
          reason: model.quarantine.reason,
        })
      return { id: model.id, name: model.name, source: sourceOf(model), facts: await factsOf(model) }
    },
    async add({ files, name, origin, overrides = {} }) {
      const [encoderFile, decoderFile = null] = files
      const stored: Stored = {
        id: newId(),
        name: name ?? path.basename(encoderFile!).replace(/\.onnx$/i, ''),
        origin,
        encoderFile: encoderFile!,
        decoderFile,
        overrides,
        known: null,
        quarantine: null,
      }
      // What is not recognised is not taken.
      await factsOf(stored)
      return show(stored.id)
    },
    async change(modelId, { name, isDefault, overrides, retry }) {
      let model = await find(modelId)
      if (retry) {
        crashes.delete(modelId)
        model = { ...model, quarantine: null }
      }
      if (name !== undefined) model = { ...model, name }
      if (overrides) {
        model = { ...model, overrides, known: null }
        await recogniseAnew(model)
      } else put(model)
      if (isDefault) write({ ...read(), defaultId: modelId })
      return show(modelId)
    },
    async remove(modelId) {
      const model = await find(modelId)
      if (model.origin === 'shipped') throw new AppError('input/invalid', 'the model that comes with the studio stays', { id: modelId })
      const registry = read()
      write({ ...registry, models: registry.models.filter(({ id }) => id !== modelId) })
      if (model.origin === 'made') await rm(path.dirname(model.encoderFile), { recursive: true, force: true })
    },
    crashed(modelId, reason) {
      const count = (crashes.get(modelId) ?? 0) + 1
      crashes.set(modelId, count)
      if (count <= crashesAllowed) return false
      const model = read().models.find(({ id }) => id === modelId)
      if (model) put({ ...model, quarantine: { at: Date.now(), reason } })
      return model !== undefined
    },
  }
}

const sourceOf = ({ encoderFile, decoderFile, overrides }: Stored): SamSource => ({
  encoderFile,
  decoderFile,
  overrides,
  provider: 'cpu',
  threads: Math.min(availableParallelism(), 16),
})

async function stampsOf({ encoderFile, decoderFile }: Stored): Promise<Stamp[]> {
  return Promise.all(
    [encoderFile, ...(decoderFile === null ? [] : [decoderFile])].map(async (file) => {
      const facts = await stat(file).catch((cause: unknown) => {
        throw new AppError('file/not-found', `${file} is gone`, { file: path.basename(file) }, { cause })
      })
      return { file, bytes: facts.size, modifiedMs: facts.mtimeMs }
    }),
  )
}

/** The encoder and the decoder in a folder, told by their names; null where there is no model. */
async function shippedFiles(folder: string): Promise<{ encoderFile: string; decoderFile: string | null } | null> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.onnx')).sort()
  const encoder = names.find((name) => /encoder/i.test(name)) ?? names[0]
  if (encoder === undefined) return null
  const decoder = names.find((name) => name !== encoder && /decoder/i.test(name))
  return { encoderFile: path.join(folder, encoder), decoderFile: decoder === undefined ? null : path.join(folder, decoder) }
}
