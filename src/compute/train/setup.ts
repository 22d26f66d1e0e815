import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { snapshotSchema } from '../../shared/model/snapshot.ts'
import type { Snapshot, SnapshotItem } from '../../shared/model/snapshot.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import { wrongClassWeights } from '../../shared/model/train/losses/table.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import { requireTrainConfig } from '../../shared/model/trainConfigParse.ts'
import { defaultTrainTransforms, defaultValTransforms } from '../data/transforms/pipeline.ts'
import { denseLoss } from '../losses/table.ts'
import type { Model } from '../models/model.ts'
import { segformerConfig } from '../models/segformer/config.ts'
import { segformerModel } from '../models/segformer/segformer.ts'

/** What lies in runs/<id>/ before a training begins. */
export interface RunInputs {
  config: TrainConfig
  snapshot: Snapshot
}

/** Errors: file/not-found, file/unreadable, config/*. */
export async function readRunInputs(runFolder: string): Promise<RunInputs> {
  return { config: requireTrainConfig(await readJson(join(runFolder, 'config.json'))), snapshot: await readSnapshot(runFolder) }
}

/** What a run froze. Errors: file/not-found, file/unreadable. */
export async function readSnapshot(runFolder: string): Promise<Snapshot> {
  const parsed = snapshotSchema.safeParse(await readJson(join(runFolder, 'snapshot.json')))
  if (!parsed.success)
    throw new AppError('file/unreadable', `snapshot.json: ${parsed.error.message}`, {
      file: 'snapshot.json',
      why: 'damaged',
      reason: parsed.error.message,
    })
  return parsed.data
}

/** Errors: file/not-found, file/unreadable. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new AppError(missing ? 'file/not-found' : 'file/unreadable', `${file}: ${reason}`, { file, reason }, { cause })
  }
}

/** Items of a dataset (absent: the snapshot's own) that belong to one of the splits, in the order of the snapshot. */
export function itemsOf(snapshot: Snapshot, splits: readonly string[], datasetId = snapshot.datasetId): SnapshotItem[] {
  return snapshot.items.filter(
    (item) => (item.datasetId ?? snapshot.datasetId) === datasetId && item.split.some((split) => splits.includes(split)),
  )
}

/**
 * The network of a config for so many classes, with its losses; only a training with balanced class weights needs the labelled pixels per class.
 * Errors: config/invalid.
 */
export function modelOf(config: TrainConfig, classes: number, pixelCounts?: readonly number[]): Model {
  const wrong = wrongClassWeights(config.loss, classes)[0]
  if (wrong)
    throw new AppError('config/invalid', `${wrong.path}: ${wrong.message}`, {
      path: wrong.path,
      message: wrong.message,
      nearest: null,
      count: 1,
    })
  const { variant, dims, depths, heads, srRatios, embedDim, dropPath, dropout, frozenStages, headNorm } = config.model
  const four = (values: number[] | undefined) => values as [number, number, number, number] | undefined
  const given = {
    dims: four(dims),
    depths: four(depths),
    heads: four(heads),
    srRatios: four(srRatios),
    embedDim,
    dropPath,
    dropout,
    frozenStages,
    headNorm,
  }
  return segformerModel(segformerConfig(variant, classes, given), denseLoss({ list: config.loss, ignoreIndex: 255, pixelCounts }))
}

export function trainTransforms(config: TrainConfig): readonly Transform[] {
  return config.data.train.length > 0 ? config.data.train : defaultTrainTransforms(config.data.cropSize)
}

/** The transforms of validation, export and prediction; they always end on multiples of 32, which the network needs. */
export function evalTransforms(config: TrainConfig): readonly Transform[] {
  const list = config.data.val.length > 0 ? config.data.val : defaultValTransforms(config.data.cropSize)
  return list.at(-1)?.type === 'ResizeToMultiple' ? list : [...list, { type: 'ResizeToMultiple', divisor: 32 }]
}

/** Of one process; by default the cores are shared among those of a training. */
export const threadsOf = ({ device }: Pick<TrainConfig, 'device'>): number =>
  device.threads ?? Math.max(1, Math.min(32, Math.floor(availableParallelism() / device.processes)))

/**
 * Names everything that shapes the loss curve so far: a checkpoint resumes only under the same hash. Workers, device, intervals and the length may change; a new length is
 * asked for by name (runs.resume), as it bends the schedule from there on.
 */
export function configHash(config: TrainConfig): string {
  const { seed, data, loss, optimizer, ema, schedule, precision } = config
  // Checkpoints written before there was a choice stay what they are.
  const { headNorm, ...rest } = config.model
  const model = headNorm === 'batch' ? rest : config.model
  const { trainSplits, batchSize, cropSize, train, sources, mix, sampler, classes, stopAugmentation } = data
  const drawn = { trainSplits, batchSize, cropSize, train, sources, mix, sampler, classes, stopAugmentation }
  const text = JSON.stringify({ seed, model, data: drawn, loss, optimizer, ema, schedule, precision })
  return createHash('sha256').update(text).digest('hex')
}
