import { AppError } from '../../../shared/errors.ts'
import { makeTimetable, warmsByEpoch, warmupSteps } from '../../../shared/model/timetable.ts'
import { configProblemSchema } from '../../../shared/api/page/runs.ts'
import { planClasses } from '../../../shared/model/classPlan.ts'
import type { TfjsChoice } from '../../../shared/model/device.ts'
import type { MemoryPlan } from '../../../shared/model/memory.ts'
import { nearestName } from '../../../shared/model/nearest.ts'
import { partSizeOf, piecesOf } from '../../../shared/model/train/batchParts.ts'
import { epochPictures, trainSources } from '../../../shared/model/train/data/data.ts'
import { seesWholeBatch } from '../../../shared/model/train/losses/pieces.ts'
import { lossNames, wrongClassWeights } from '../../../shared/model/train/losses/table.ts'
import { lossTraps } from '../../../shared/model/train/losses/traps.ts'
import type { CheckedTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { AreaService } from '../service.ts'
import { memoryNotes } from './memoryPlan.ts'

type Preflight = Awaited<ReturnType<AreaService<'runs'>['preflight']>>

/** What a training would do: problems of its config, how much it trains on, what deserves a second look. Errors: dataset/not-found. */
export async function preflight(store: ProjectStore, datasetId: string, checked: CheckedTrainConfig): Promise<Preflight> {
  await store.call('datasets.get', { datasetId })
  const { config, problems, origins } = checked
  const nothing = { resolved: null, origins: {}, weights: null, memory: null, trainItems: 0, valItems: 0, stepsPerEpoch: 0, totalSteps: 0 }
  if (!config) return { problems, warnings: [], ...nothing }
  const unfit = await dataProblems(store, datasetId, config)
  if (unfit.length > 0) return { problems: unfit, warnings: [], ...nothing }
  const { trainItems, valItems } = await countItems(store, datasetId, config)
  const table = makeTimetable(trainItems, config.data.batchSize, config.optimizer.accumulate, config.loop)
  const warnings: Preflight['warnings'] = []
  const warn = (key: string, data: Record<string, string | number> = {}) => warnings.push({ key, data })
  if (trainItems === 0) warn('noTrainItems', { splits: namesOf(config) })
  if (valItems === 0) warn('noValItems', { splits: config.data.valSplits.join(', ') })
  const classes = await store.call('classes.list', { datasetId })
  const learnt = classes.length === 0 ? 0 : planClasses(classes, config.data.classes).classes.length
  for (const { key, data } of lossTraps(config.loss, learnt, config.data.cropSize[0] * config.data.cropSize[1])) warn(key, data)
  if (config.data.sampler.type === 'balanced') warn('balancedLength')
  for (const { key, data } of pieceWarnings(config)) warn(key, data)
  if (trainItems > 0 && trainItems < config.data.batchSize) warn('fewItems', { items: trainItems, batchSize: config.data.batchSize })
  const warmup = warmupSteps(config.schedule, table)
  if (warmup >= table.totalSteps) warn('longWarmup', { warmupSteps: warmup, totalSteps: table.totalSteps })
  if (config.precision === 'fp16') warn(halfWarning(config.device.provider), { provider: config.device.provider })
  if (warmsByEpoch(config.schedule)) warn('epochWarmup', { factor: config.schedule.warmup.factor })
  const steps =
    trainItems === 0 ? { stepsPerEpoch: 0, totalSteps: 0 } : { stepsPerEpoch: table.stepsPerEpoch, totalSteps: table.totalSteps }
  return { problems: [], warnings, resolved: config, origins, weights: null, memory: null, trainItems, valItems, ...steps }
}

/** What a batch that is computed in pieces is not. */
function pieceWarnings(config: TrainConfig): Preflight['warnings'] {
  const warnings: Preflight['warnings'] = []
  const size = partSizeOf(config)
  const { processes } = config.device
  const normalisesBatch = config.model.headNorm === 'batch'
  if (normalisesBatch && processes > 1) warnings.push({ key: 'batchNormProcesses', data: { size, processes } })
  if (normalisesBatch && size < 4) warnings.push({ key: 'smallBatch', data: { batchSize: size } })
  const whole = config.loss.filter(seesWholeBatch)
  if (piecesOf(config) > 1 && whole.length > 0)
    warnings.push({ key: 'lossInPieces', data: { losses: lossNames(whole).join(', '), size, pieces: piecesOf(config) } })
  return warnings
}

/** The estimate is of the processor's memory; a graphics card has its own, and says itself when it is full. */
export function memoryWarnings({ device }: TrainConfig, plan: MemoryPlan | null): Preflight['warnings'] {
  return device.provider === 'cpu' || device.provider === 'auto' ? memoryNotes(plan) : []
}

/** What a training on TensorFlow.js would compute with, and why; nothing for any other device. */
export async function tfjsWarnings({ device }: TrainConfig, find: () => Promise<TfjsChoice>): Promise<Preflight['warnings']> {
  if (device.provider !== 'tfjs') return []
  const { reason, detail } = await find()
  const keys = { starts: 'tfjsNative', noPackage: 'tfjsNoPackage', noLibrary: 'tfjsNoLibrary', broken: 'tfjsBroken' } as const
  return [{ key: keys[reason], data: detail === '' ? {} : { detail } }]
}

/** Only a started training knows its graphics card; the rule itself is known: float16 on webgpu with shader-f16 and on cuda, else float32. */
const halfWarning = (provider: TrainConfig['device']['provider']): string =>
  provider === 'cpu' || provider === 'dml' || provider === 'coreml' || provider === 'tfjs' ? 'noHalf' : 'halfIfCapable'

/** Pictures of one epoch and of the validation. Errors: dataset/not-found (another dataset that a source names). */
async function countItems(store: ProjectStore, datasetId: string, config: TrainConfig): Promise<{ trainItems: number; valItems: number }> {
  const { data } = config
  const datasets = await store.call('datasets.list', {})
  const count = async (id: string, splits: string[]) =>
    splits.length === 0 ? 0 : (await store.call('snapshot.counts', { datasetId: id, splits })).items
  const counts = await Promise.all(
    trainSources(data).map(({ dataset, splits }) => {
      const other = datasets.find(({ name }) => name === dataset)
      if (dataset !== null && !other) throw new AppError('dataset/not-found', `the project has no dataset ${dataset}`, { id: dataset })
      return count(other?.id ?? datasetId, splits)
    }),
  )
  const empty = counts.findIndex((n) => n === 0)
  return { trainItems: empty >= 0 ? 0 : epochPictures(data, counts), valItems: await count(datasetId, data.valSplits) }
}

const namesOf = (config: TrainConfig): string =>
  trainSources(config.data)
    .map(({ dataset, splits }) => `${dataset === null ? '' : `${dataset}: `}${splits.join(', ')}`)
    .join('; ')

/** Errors: run/no-training-items, run/no-classes, dataset/not-found, config/invalid (class rules, class weights for another number of classes). */
export async function requireTrainable(store: ProjectStore, datasetId: string, config: TrainConfig): Promise<number> {
  const classes = await store.call('classes.list', { datasetId })
  if (classes.length === 0) throw new AppError('run/no-classes', 'the dataset has no class to learn')
  const learnt = planClasses(classes, config.data.classes).classes.length
  const wrong = wrongClassWeights(config.loss, learnt)[0]
  if (wrong) {
    const { path, message } = wrong
    throw new AppError('config/invalid', `${path}: ${message}`, { path, message, nearest: null, count: 1 })
  }
  const { trainItems } = await countItems(store, datasetId, config)
  if (trainItems > 0) return trainItems
  const splits = namesOf(config)
  const found = await labelledSplits(store, datasetId)
  const there = found.length === 0 ? 'no picture of the dataset is labelled' : `labelled pictures are in ${found.join(', ')}`
  throw new AppError('run/no-training-items', `no labelled picture is in the splits ${splits}; ${there} (data.trainSplits chooses)`, {
    splits,
    found: found.join(', '),
  })
}

/** The splits that hold labelled pictures, as 'train (12)'. */
async function labelledSplits(store: ProjectStore, datasetId: string): Promise<string[]> {
  const items = await store.call('snapshot.items', { datasetId, splits: null })
  const counts = new Map<string, number>()
  for (const name of items.flatMap((item) => (item.splits.length > 0 ? item.splits : ['none'])))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name} (${count})`)
}

/** Problems that only this dataset shows: classes and datasets that a config names and that are not there. */
async function dataProblems(store: ProjectStore, datasetId: string, config: TrainConfig): Promise<Preflight['problems']> {
  const problems: Preflight['problems'] = []
  const classes = await store.call('classes.list', { datasetId })
  try {
    const learnt = classes.length > 0 ? planClasses(classes, config.data.classes).classes.length : 0
    const wrong = learnt > 0 ? wrongClassWeights(config.loss, learnt) : []
    problems.push(...wrong.map((problem) => ({ ...problem, nearest: null, place: null })))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { path, message, nearest, rule: key, ...data } = error.data
    problems.push(configProblemSchema.parse({ path, message, nearest, rule: { key, data }, place: null }))
  }
  const names = (await store.call('datasets.list', {})).map(({ name }) => name)
  config.data.sources.forEach(({ dataset }, i) => {
    if (dataset === null || names.includes(dataset)) return
    problems.push({
      path: `data.sources.${i}.dataset`,
      message: `the project has no dataset ${dataset}`,
      rule: { key: 'unknownDataset', data: { name: dataset } },
      nearest: nearestName(dataset, names) || null,
      place: null,
    })
  })
  return problems
}
