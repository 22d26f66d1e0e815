import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { ConfigProblem } from '../../../shared/model/trainConfigParse.ts'
import type { MemoryPlan } from '../../../shared/model/memory.ts'
import { tuneSizeSchema, type SamTuneConfig, type TuneBase, type TunePlan } from '../../../shared/model/samTune.ts'
import { parseSamTune, requireSamTune } from '../../../shared/model/samTuneParse.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { gigabytes } from '../../../shared/text/gigabytes.ts'
import type { ProjectStore } from '../../db/store.ts'
import { freeBytesOf, missingRoom } from '../../media/freeSpace.ts'
import type { AssistModels } from '../assist/assistModels.ts'
import type { Originals } from '../items/originals.ts'
import { memoryNotes, type MemoryPlanner } from '../runs/memoryPlan.ts'
import { tuneEmbeddings } from '../assist/trainingEmbeddings.ts'
import { freezeObjects, pinBase } from './freezeTune.ts'
import { requireBase, type FoundBase } from './tuneBases.ts'
import { countTuning } from './tunePlan.ts'
import { roomFor } from './tuneRoom.ts'
import type { TunePictures } from './tunePictures.ts'
import { encodingSeconds, knownSeconds } from './tuneSeconds.ts'

/** What runs ask of trainings of SAMs. */
export interface TuneRuns {
  /** Errors: dataset/not-found, config/*. */
  plan(open: ProjectStore, datasetId: string, given: Record<string, unknown>, signal?: AbortSignal): Promise<TunePlan>
  /** A config that may start, with everything filled in. Errors: assist/no-model, assist/model-not-found, config/*, run/no-training-items. */
  require(open: ProjectStore, datasetId: string, given: Record<string, unknown>): Promise<TunePlan>
  /** The same as problems of a config, and what preflight tells of any run. */
  preflight(open: ProjectStore, datasetId: string, given: Record<string, unknown>, signal: AbortSignal | undefined): Promise<TunePreflight>
  /** Freezes what a run trains on and with into its folder. Errors: as `require`, file/*, disk/*, cancelled. */
  freeze(open: ProjectStore, run: { datasetId: string; config: SamTuneConfig; folder: string; signal: AbortSignal }): Promise<Snapshot>
}

export interface TunePreflight {
  /** What the data lack is no rule of the config. */
  readonly problems: (Omit<ConfigProblem, 'code' | 'rule'> & { rule: ConfigProblem['rule'] | null })[]
  readonly warnings: { key: string; data: Record<string, string | number> }[]
  readonly resolved: SamTuneConfig | null
  readonly origins: Record<string, never>
  readonly weights: null
  readonly memory: MemoryPlan | null
  readonly trainItems: number
  readonly valItems: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
}

/** On embeddings an epoch looks at a picture once: a look costs seconds, and there is nothing to vary in it. */
const officialData = { looks: 1, batchSize: 1 }

export interface TuneRunsOptions {
  readonly models: AssistModels
  readonly memory: MemoryPlanner
  readonly originals: Pick<Originals, 'refuseReplaced'>
  /** What the embeddings of a project may take together. */
  readonly cacheLimit: () => number
  /** What encoding a picture took last with the encoder of this hash; null: it did not. */
  readonly encodeMs: (hash: string) => number | null
}

export function createTuneRuns({ models, memory, originals, cacheLimit, encodeMs }: TuneRunsOptions): TuneRuns {
  async function plan(open: ProjectStore, datasetId: string, given: Record<string, unknown>, signal?: AbortSignal): Promise<TunePlan> {
    const base = await requireBase(models, requireSamTune(given).base.modelId).catch((error: unknown) => {
      if (error instanceof AppError) return null
      throw error
    })
    const config = requireSamTune(base ? withDefaults(given, base.base) : given)
    await open.call('datasets.get', { datasetId })
    const [items, classes] = await Promise.all([open.call('snapshot.objects', { datasetId }), open.call('classes.list', { datasetId })])
    const { found, ...counted } = countTuning({ config, items, classes, base })
    if (!base || counted.problems.length > 0) return { ...counted, embeddings: null, trainingSeconds: null, memory: null }
    const [embeddings, needed] = await Promise.all([
      countEmbeddings(open, base, found),
      memory.planTune(counted.config, base.files.encoderFile, signal),
    ])
    const trainingSeconds = await knownSeconds(open, counted)
    const dataFiles =
      base.weights.kind === 'small' ? [] : (await models.usable(base.base.modelId)).facts.encoder.dataFiles.map(({ name }) => name)
    const needs = await roomFor({ base, config: counted.config, embeddings, dataFiles, folder: open.folder })
    const noRoom = missingRoom(needs, await freeBytesOf(open.folder))
    if (noRoom) return { ...counted, problems: [{ key: 'noRoom', data: noRoom }], embeddings, trainingSeconds, memory: needed }
    const warnings = [...counted.warnings, ...memoryNotes(needed), ...cacheNotes(embeddings, cacheLimit())]
    return { ...counted, warnings, embeddings, trainingSeconds, memory: needed }
  }

  /** Embeddings that are needed, and those that are there. */
  async function countEmbeddings(
    open: ProjectStore,
    { weights, base }: FoundBase,
    { pictures, split }: TunePictures,
  ): Promise<TunePlan['embeddings']> {
    if (weights.kind === 'small') return null
    const { facts } = await models.usable(base.modelId)
    const folder = tuneEmbeddings(open.folder, facts.hash)
    const used = pictures.filter(({ id }) => split.train.has(id) || split.val.has(id))
    const hashes = [...new Set(used.map(({ imageSha256 }) => imageSha256))]
    const there = await Promise.all(hashes.map((hash) => stat(path.join(folder, `${hash}.embedding`)).catch(() => null)))
    const { width, imageSize, patch } = weights.network
    const cached = there.filter((facts) => facts !== null).length
    const each = cached === hashes.length ? 0 : ((await encodingSeconds(open, facts.hash)) ?? msAsSeconds(encodeMs(facts.hash)))
    return {
      needed: hashes.length,
      cached,
      seconds: each === null ? null : each * (hashes.length - cached),
      bytes: hashes.length * 2 * width * (imageSize / patch) ** 2,
    }
  }
  return {
    plan,
    async require(open, datasetId, given) {
      const planned = await plan(open, datasetId, given)
      const problem = planned.problems[0]
      if (problem) throw errorOf(problem)
      return planned
    },
    async preflight(open, datasetId, given, signal) {
      const nothing = { origins: {}, weights: null, memory: null, trainItems: 0, valItems: 0, stepsPerEpoch: 0, totalSteps: 0 }
      const { problems } = parseSamTune(given)
      const told = problems.map((problem) => ({ ...problem, place: null }))
      if (told.length > 0) return { ...nothing, problems: told, warnings: [], resolved: null }
      const planned = await plan(open, datasetId, given, signal)
      const { config, train, val, stepsPerEpoch, totalSteps, memory: needed, warnings } = planned
      const unfit = planned.problems.map((problem) => ({
        path: 'task',
        message: errorOf(problem).message,
        rule: null,
        nearest: null,
        place: null,
      }))
      return {
        ...nothing,
        problems: unfit,
        warnings: warnings.map(({ key, data }) => ({ key, data })),
        resolved: unfit.length > 0 ? null : config,
        memory: needed,
        trainItems: train.pictures,
        valItems: val.pictures,
        stepsPerEpoch,
        totalSteps,
      }
    },
    async freeze(open, { datasetId, config, folder, signal }) {
      await pinBase(open, models, { config, folder })
      return freezeObjects(open, { datasetId, config, folder, signal, originals })
    },
  }
}

const msAsSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000)

function withDefaults(given: Record<string, unknown>, base: TuneBase): Record<string, unknown> {
  const { data } = given
  return { ...given, data: { ...dataOf(base), ...(typeof data === 'object' ? data : {}) } }
}

/** A small network goes on at the size it was made for, where that is one to train at. */
function dataOf({ kind, size }: TuneBase): Partial<SamTuneConfig['data']> {
  if (kind === 'official') return officialData
  return tuneSizeSchema.safeParse(size).success ? { size } : {}
}

/** Room for other pictures beside those of the training. */
const besideShare = 1.25

/** Embeddings that do not fit into their cache are removed as soon as the training has ended, and the next one computes them again. */
function cacheNotes(embeddings: TunePlan['embeddings'], limitBytes: number): TunePlan['warnings'] {
  if (!embeddings || embeddings.bytes <= limitBytes) return []
  const limitGb = Math.ceil((embeddings.bytes * besideShare) / 1e9)
  return [{ key: 'embeddingsOverLimit', data: { needed: gigabytes(embeddings.bytes), limit: gigabytes(limitBytes), limitGb } }]
}

function errorOf({ key, data }: TunePlan['problems'][number]): AppError {
  if (key === 'noModel') return new AppError('assist/no-model', 'there is no SAM whose weights are here to be trained')
  if (key === 'modelGone')
    return new AppError('assist/model-not-found', `there is no model ${data['id']} that can be trained`, { id: data['id'] ?? null })
  if (key === 'noRoom')
    return new AppError('disk/full', `the training needs ${data['neededGb']} GB on the disk, ${data['freeGb']} GB are free`, { ...data })
  if (key === 'unknownClass') {
    const message = `the dataset has no class ${data['name']}`
    return new AppError('config/invalid', `data.classes: ${message}`, { path: 'data.classes', message, nearest: null, count: 1 })
  }
  const splits = String(data['splits'] ?? '')
  const message =
    key === 'noMasks'
      ? 'no picture of the dataset has a mask or a polygon'
      : `no picture to train on in the splits ${splits} has a mask or a polygon`
  return new AppError('run/no-training-items', message, { splits })
}
