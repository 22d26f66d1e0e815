import { AppError, errorFromWire, errorToWire } from '../../../shared/errors.ts'
import { planClasses } from '../../../shared/model/classPlan.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import { requireTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { Call } from '../service.ts'
import type { Weights } from '../weights/weightsService.ts'

export type WeightsOfRuns = Pick<Weights, 'resolveFile' | 'resolveStored' | 'check'>
type Check = Awaited<ReturnType<Weights['check']>>

/** What the weights file of a config would do to the network for a dataset's classes; what is wrong with it is part of the answer. */
export async function checkWeights(
  weights: WeightsOfRuns,
  { open, datasetId, config }: { open: ProjectStore; datasetId: string; config: TrainConfig },
  call: Call,
): Promise<Check> {
  if (!config.weights) return null
  const classes = await open.call('classes.list', { datasetId })
  try {
    const learnt = classes.length === 0 ? 1 : planClasses(classes, config.data.classes).classes.length
    return await weights.check(await withPath(weights, { open, config }, call), learnt, call.signal)
  } catch (error) {
    if (error instanceof AppError) return { report: null, error: errorToWire(error) }
    throw error
  }
}

/** The config of a run that may start: its weights file is a path, and fits. Errors: weights/*, file/*, folder/outside-roots. */
export async function requireWeights(
  weights: WeightsOfRuns,
  input: { open: ProjectStore; datasetId: string; config: TrainConfig },
  call: Call,
): Promise<TrainConfig> {
  const refused = (await checkWeights(weights, input, call))?.error
  if (refused) throw errorFromWire(refused)
  return withPath(weights, input, call)
}

/** Pages know files by id only, or by the run that began with them. */
async function withPath(
  weights: WeightsOfRuns,
  { open, config }: { open: ProjectStore; config: TrainConfig },
  { connection }: Call,
): Promise<TrainConfig> {
  if (!config.weights) return config
  const { file } = config.weights
  const stored = file.startsWith(runPrefix) ? await open.call('runs.get', { runId: file.slice(runPrefix.length) }) : null
  const path = stored
    ? await weights.resolveStored(requireTrainConfig(stored.config).weights?.file ?? '', connection)
    : await weights.resolveFile(file, connection)
  return { ...config, weights: { ...config.weights, file: path } }
}

const runPrefix = 'run:'
