import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { Parity } from '../../shared/model/modelRecord.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { NORMALIZATION } from '../data/normalize.ts'
import type { LoaderSpec } from '../data/plan.ts'
import { syncFolder, writeDurable } from '../files/durableFile.ts'
import { encodeModelChunks, irVersion, opsetVersion } from '../graph/codec.ts'
import { metadataToProps } from '../predict/modelMetadata.ts'
import type { ModelMetadata } from '../predict/modelMetadata.ts'
import { openModel } from '../predict/onnxModel.ts'
import { openCheckpoint } from '../train/checkpointModel.ts'
import type { CheckpointModel } from '../train/checkpointModel.ts'
import { evalTransforms, itemsOf } from '../train/setup.ts'
import type { RunInputs } from '../train/setup.ts'
import { exportGraph } from './exportGraph.ts'
import { measureParity } from './parity.ts'

export interface ExportOptions {
  runFolder: string
  checkpoint: 'best' | 'last'
  precision: 'fp32' | 'fp16'
  outFile: string
  modelId: string
  name: string
  threads: number
  /** Ends it between two pictures, with no file left. */
  signal?: AbortSignal
  /** Changes the weights on their way into the file: how tests see that the comparison notices. */
  alter?: (name: string, weights: Float32Array) => Float32Array
}

export interface ExportResult {
  bytes: number
  opset: number
  irVersion: number
  taskId: string
  datasetHash: string
  classes: { name: string; color: string }[]
  inputSize: [number, number]
  parity: Parity
  primary: { name: string; value: number } | null
}

const parityPictures = 4

/**
 * Writes a checkpoint as an ONNX file, runs the file on real pictures of the snapshot and compares it with the training graph in eval mode; the file
 * gets its name only when they agree. Errors: checkpoint/*, config/*, file/*, disk/*, model/parity-failed, run/no-training-items.
 */
export async function exportModel(options: ExportOptions): Promise<ExportResult> {
  const trained = await openCheckpoint(options.runFolder, options.checkpoint, options.threads)
  const partial = `${options.outFile}.${process.pid}.partial`
  try {
    const { inputs, model } = trained
    const metadata = metadataOf(options, trained)
    const weights = (name: string) => options.alter?.(name, trained.weights(name)) ?? trained.weights(name)
    await mkdir(dirname(options.outFile), { recursive: true })
    await writeDurable(
      partial,
      encodeModelChunks(await exportGraph(model, weights, { precision: options.precision, props: metadataToProps(metadata) })),
    )
    const parity = await compare(trained, partial, options)
    if (!parity.passed) throw parityFailed(parity, options.precision)
    const { size } = await stat(partial)
    await rename(partial, options.outFile)
    await syncFolder(dirname(options.outFile))
    return {
      bytes: size,
      opset: opsetVersion,
      irVersion,
      taskId: model.taskId,
      datasetHash: inputs.snapshot.hash,
      classes: metadata.classes,
      inputSize: metadata.inputSize,
      parity,
      primary: primaryOf(trained, options.checkpoint),
    }
  } finally {
    await rm(partial, { force: true })
    await trained.dispose()
  }
}

function metadataOf(
  options: ExportOptions,
  { inputs: { config, snapshot }, state: { runId, step }, averaged }: CheckpointModel,
): ModelMetadata {
  const { name, modelId, checkpoint, precision } = options
  return {
    format: 'maskwright-1',
    producer: `maskwright ${packageJson.version}`,
    task: 'semanticSegmentation',
    name,
    modelId,
    runId,
    checkpoint,
    step,
    weights: averaged ? 'averaged' : 'trained',
    datasetHash: snapshot.hash,
    precision,
    classes: snapshot.classes.map((entry) => ({ name: entry.name, color: entry.color })),
    ignoreIndex: 255,
    normalization: NORMALIZATION,
    colorOrder: 'RGB',
    inputSize: config.data.cropSize,
    multipleOf: 32,
    transforms: [...evalTransforms(config)],
    output: 'logits at input size',
    inference: config.inference,
  }
}

async function compare(trained: CheckpointModel, file: string, options: ExportOptions): Promise<Parity> {
  const exported = await openModel(file, { provider: 'cpu', threads: options.threads })
  try {
    return await measureParity(trained.infer, exported.infer, paritySpec(trained.inputs), options)
  } finally {
    await exported.dispose()
  }
}

/** A few pictures spread over the validation items, or over the training items where there are none. */
function paritySpec({ config, snapshot }: RunInputs): LoaderSpec {
  const items = pick(snapshot, config.data.valSplits) ?? pick(snapshot, config.data.trainSplits)
  if (!items) throw new AppError('run/no-training-items', 'there is no picture to compare the exported model on')
  return { mode: 'eval', items, transforms: evalTransforms(config), normalization: NORMALIZATION, batchSize: 1, seed: 0 }
}

function pick(snapshot: Snapshot, splits: readonly string[]): Snapshot['items'] | null {
  const items = itemsOf(snapshot, splits)
  const count = Math.min(parityPictures, items.length)
  return count === 0 ? null : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

function parityFailed(parity: Parity, precision: string): AppError {
  const { maxAbsDiff, relativeL2, argmaxAgreement, bound, images } = parity
  return new AppError(
    'model/parity-failed',
    `the exported ${precision} model differs from the trained one: largest difference ${maxAbsDiff}, relative ${relativeL2}, bound ${bound}`,
    { maxAbsDiff, relativeL2, argmaxAgreement, bound, images, precision },
  )
}

function primaryOf({ state }: CheckpointModel, which: 'best' | 'last'): ExportResult['primary'] {
  if (!state.primary) return null
  if (state.primary.bestStep === state.step) return { name: state.primary.name, value: state.primary.best }
  return which === 'last' && state.validatedStep === state.step ? { name: state.primary.name, value: state.primary.last } : null
}
