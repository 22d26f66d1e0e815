import { readFile } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import type { Provider } from '../../shared/model/device.ts'
import type { Inference } from '../../shared/model/train/inference.ts'
import type { ClassTable } from '../../shared/model/run.ts'
import { snapshotSchema } from '../../shared/model/snapshot.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import type { Normalization } from '../data/normalize.ts'
import { openModel } from '../predict/onnxModel.ts'
import { openCheckpoint } from './checkpointModel.ts'
import { classTableOf, evaluate } from './evaluate.ts'
import type { Infer } from '../predict/infer.ts'
import { evalTransforms, itemsOf } from './setup.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'

export type EvaluationSource =
  | { kind: 'checkpoint'; runFolder: string; checkpoint: 'best' | 'last' }
  | { kind: 'model'; modelFile: string; snapshotFile: string; provider: Provider }

export interface Evaluation {
  items: number
  mIoU: number | null
  mAcc: number | null
  aAcc: number | null
  table: ClassTable
}

/** Scores a checkpoint or an exported model on splits, with the same code as validation. Errors: see the contract. */
export async function evaluateSource(
  source: EvaluationSource,
  splits: readonly string[],
  { threads, signal, inference }: { threads: number; signal?: AbortSignal; inference?: Inference | undefined },
): Promise<Evaluation> {
  if (source.kind === 'checkpoint') {
    const opened = await openCheckpoint(source.runFolder, source.checkpoint, threads)
    try {
      const { inputs, state, infer } = opened
      return await score(infer, inputs.snapshot, splits, {
        transforms: evalTransforms(inputs.config),
        step: state.step,
        inference: inference ?? inputs.config.inference,
        signal,
      })
    } finally {
      await opened.dispose()
    }
  }
  const snapshot = await readSnapshot(source.snapshotFile)
  const model = await openModel(source.modelFile, { provider: source.provider, threads })
  try {
    const { classes, transforms, normalization, step, inference: own } = model.metadata
    const names = (list: readonly { name: string }[]) => list.map((entry) => entry.name).join(', ')
    if (names(classes) !== names(snapshot.classes))
      throw new AppError('model/unsupported', `the model knows ${names(classes)}; the data have ${names(snapshot.classes)}`, {
        model: names(classes),
        data: names(snapshot.classes),
      })
    return await score(model.infer, snapshot, splits, { transforms, normalization, step, inference: inference ?? own, signal })
  } finally {
    await model.dispose()
  }
}

async function score(
  infer: Infer,
  snapshot: Snapshot,
  splits: readonly string[],
  how: {
    transforms: readonly Transform[]
    normalization?: Normalization
    step: number
    inference?: Inference | undefined
    signal?: AbortSignal
  },
): Promise<Evaluation> {
  const items = itemsOf(snapshot, splits)
  if (items.length === 0)
    throw new AppError('run/no-training-items', `no item is in the splits ${splits.join(', ')}`, { splits: splits.join(', ') })
  const scores = await evaluate(infer, {
    items,
    classes: snapshot.classes.length,
    transforms: how.transforms,
    normalization: how.normalization,
    batchSize: 1,
    workers: 1,
    inference: how.inference,
    signal: how.signal,
  })
  const { mIoU, mAcc, aAcc } = scores
  return { items: items.length, mIoU, mAcc, aAcc, table: classTableOf(scores, snapshot.classes, how.step, splits.join('+')) }
}

async function readSnapshot(file: string): Promise<Snapshot> {
  try {
    return snapshotSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new AppError(missing ? 'file/not-found' : 'file/unreadable', `${file}: ${reason}`, { file, reason }, { cause })
  }
}
