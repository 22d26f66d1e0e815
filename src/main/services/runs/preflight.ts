import { AppError } from '../../../shared/errors.ts'
import { makeTimetable, warmsByEpoch, warmupSteps } from '../../../shared/model/timetable.ts'
import type { CheckedTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { AreaService } from '../service.ts'

type Preflight = Awaited<ReturnType<AreaService<'runs'>['preflight']>>

/** What a training would do: problems of its config, how much it trains on, what deserves a second look. Errors: dataset/not-found. */
export async function preflight(store: ProjectStore, datasetId: string, checked: CheckedTrainConfig): Promise<Preflight> {
  await store.call('datasets.get', { datasetId })
  const { config, problems, origins } = checked
  if (!config) return { problems, warnings: [], resolved: null, origins: {}, trainItems: 0, valItems: 0, stepsPerEpoch: 0, totalSteps: 0 }
  const { trainItems, valItems } = await countItems(store, datasetId, config)
  const table = makeTimetable(trainItems, config.data.batchSize, config.optimizer.accumulate, config.loop)
  const warnings: Preflight['warnings'] = []
  const warn = (key: string, data: Record<string, string | number> = {}) => warnings.push({ key, data })
  if (trainItems === 0) warn('noTrainItems', { splits: config.data.trainSplits.join(', ') })
  if (valItems === 0) warn('noValItems', { splits: config.data.valSplits.join(', ') })
  if (config.data.batchSize < 4) warn('smallBatch', { batchSize: config.data.batchSize })
  if (trainItems > 0 && trainItems < config.data.batchSize) warn('fewItems', { items: trainItems, batchSize: config.data.batchSize })
  const warmup = warmupSteps(config.schedule, table)
  if (warmup >= table.totalSteps) warn('longWarmup', { warmupSteps: warmup, totalSteps: table.totalSteps })
  if (warmsByEpoch(config.schedule)) warn('epochWarmup', { factor: config.schedule.warmup.factor })
  const steps =
    trainItems === 0 ? { stepsPerEpoch: 0, totalSteps: 0 } : { stepsPerEpoch: table.stepsPerEpoch, totalSteps: table.totalSteps }
  return { problems: [], warnings, resolved: config, origins, trainItems, valItems, ...steps }
}

export async function countItems(
  store: ProjectStore,
  datasetId: string,
  config: TrainConfig,
): Promise<{ trainItems: number; valItems: number }> {
  const count = async (splits: string[]) => (splits.length === 0 ? 0 : (await store.call('snapshot.counts', { datasetId, splits })).items)
  const [trainItems, valItems] = await Promise.all([count(config.data.trainSplits), count(config.data.valSplits)])
  return { trainItems, valItems }
}

/** Errors: run/no-training-items, run/no-classes. */
export async function requireTrainable(store: ProjectStore, datasetId: string, config: TrainConfig): Promise<number> {
  const classes = await store.call('classes.list', { datasetId })
  if (classes.length === 0) throw new AppError('run/no-classes', 'the dataset has no class to learn')
  const { trainItems } = await countItems(store, datasetId, config)
  const splits = config.data.trainSplits.join(', ')
  if (trainItems === 0) throw new AppError('run/no-training-items', `no labelled picture is in the splits ${splits}`, { splits })
  return trainItems
}
