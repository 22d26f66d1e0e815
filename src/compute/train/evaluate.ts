import { AppError, CancelledError } from '../../shared/errors.ts'
import { addToConfusion, confusionScores, createConfusion } from '../../shared/metrics/confusion.ts'
import type { SegmentationScores } from '../../shared/metrics/confusion.ts'
import { plainInference, type Inference } from '../../shared/model/train/inference.ts'
import type { ClassTable } from '../../shared/model/run.ts'
import type { Snapshot, SnapshotItem } from '../../shared/model/snapshot.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import { createLoader } from '../data/loader.ts'
import type { Batch, Loader } from '../data/loader.ts'
import { NORMALIZATION } from '../data/normalize.ts'
import type { Normalization } from '../data/normalize.ts'
import { classMap } from '../predict/classMap.ts'
import type { Infer } from '../predict/infer.ts'
import { inferInWindows } from '../predict/slide.ts'
import { classMapOfViews, type View } from '../predict/viewAverage.ts'
import { lookAt, looksTwice, scaleTransforms } from '../predict/views.ts'

export interface EvaluateOptions {
  items: readonly SnapshotItem[]
  classes: number
  transforms: readonly Transform[]
  normalization?: Normalization
  batchSize: number
  workers: number
  /** How each picture is looked at; absent: once, as a whole. */
  inference?: Inference
  /** Called between batches; an aborted one ends with CancelledError. */
  signal?: AbortSignal
  onProgress?: (done: number, total: number) => void
  /** Every scored picture; the arrays are valid during the call, and until its promise settles. */
  onPicture?: (picture: ScoredPicture) => void | Promise<void>
}

/** One picture as it was scored: class per pixel, predicted and true (255 void), at the label's size. */
export interface ScoredPicture {
  /** Index into the items. */
  readonly position: number
  readonly width: number
  readonly height: number
  readonly predicted: Uint8Array
  readonly truth: Int32Array
}

/**
 * Inference over items, whole or in windows, looked at once or several times: each picture is scaled to multiples of 32, the logits are resized to
 * the label's own size, and the counts run over the whole set (specs/segformer.md section 11). Errors: file/*, voc/*, device/failed, model/bad-file (other number of classes).
 */
export async function evaluate(infer: Infer, options: EvaluateOptions): Promise<SegmentationScores> {
  const confusion = createConfusion(options.classes)
  await predictItems(infer, {
    ...options,
    onPicture(picture) {
      addToConfusion(confusion, picture.truth, picture.predicted)
      return options.onPicture?.(picture)
    },
  })
  return confusionScores(confusion)
}

/** The predictions that `evaluate` scores, picture by picture; what the labels mean is left to the caller. Errors: as evaluate. */
export async function predictItems(infer: Infer, options: EvaluateOptions): Promise<void> {
  const { items, signal, inference = plainInference } = options
  const look = inferInWindows(infer, inference.window)
  const loaders = loadersOf(options, inference)
  let done = 0
  try {
    for (let batches = await nextOf(loaders); batches; batches = await nextOf(loaders)) {
      if (signal?.aborted) throw new CancelledError()
      if (looksTwice(inference)) await predictLooks(look, batches, options)
      else await predictBatch(look, batches[0]!, options)
      done += batches[0]!.positions.length
      options.onProgress?.(done, items.length)
      // Messages (stop, disconnect) arrive only when the loop lets go.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  } finally {
    await Promise.all(loaders.map((loader) => loader.close()))
  }
}

/** One loader per scale; with several looks a batch is one picture, so that all loaders are at the same one. */
function loadersOf(
  { items, transforms, normalization = NORMALIZATION, batchSize, workers }: EvaluateOptions,
  inference: Inference,
): Loader[] {
  const common = { mode: 'eval' as const, items, normalization, batchSize: looksTwice(inference) ? 1 : batchSize, seed: 0 }
  return inference.scales.map((scale) =>
    createLoader({ spec: { ...common, transforms: scaleTransforms(transforms, scale) }, workers: Math.min(workers, items.length) }),
  )
}

async function nextOf(loaders: readonly Loader[]): Promise<Batch[] | null> {
  const batches = await Promise.all(loaders.map((loader) => loader.next()))
  return batches.every((batch) => batch !== null) ? batches : null
}

async function predictLooks(
  infer: Infer,
  batches: readonly Batch[],
  { inference = plainInference, classes, onPicture }: EvaluateOptions,
): Promise<void> {
  const views: View[] = []
  for (const { images: data, width, height } of batches) views.push(...(await lookAt(infer, { data, width, height }, inference.flip)))
  requireClasses(views[0]!.classes, classes)
  const { labels: truth, labelWidth: width, labelHeight: height, positions } = batches[0]!
  const predicted = classMapOfViews(views, height, width, inference.average)
  await onPicture?.({ position: positions[0]!, width, height, predicted, truth })
}

function requireClasses(classes: number, expected: number): void {
  if (classes === expected) return
  throw new AppError('model/bad-file', `the model has ${classes} classes, the data ${expected}`, { classes, expected })
}

async function predictBatch(infer: Infer, batch: Batch, { classes: expected, onPicture }: EvaluateOptions): Promise<void> {
  const { width, height, labelWidth, labelHeight, labels } = batch
  const count = batch.positions.length
  const { shape, data } = await infer(batch.images, { batch: count, height, width })
  const [, classes = 0, rows = 0, columns = 0] = shape
  requireClasses(classes, expected)
  const plane = classes * rows * columns
  const labelPlane = labelWidth * labelHeight
  for (let n = 0; n < count; n++) {
    const predicted = classMap(
      data.subarray(n * plane, (n + 1) * plane),
      { classes, height: rows, width: columns },
      labelHeight,
      labelWidth,
    )
    const truth = labels.subarray(n * labelPlane, (n + 1) * labelPlane)
    await onPicture?.({ position: batch.positions[n]!, width: labelWidth, height: labelHeight, predicted, truth })
  }
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The scores per class as the pages show them. */
export function classTableOf(scores: SegmentationScores, classes: Snapshot['classes'], step: number, split: string): ClassTable {
  const rows = classes.map(({ id, name, color }, i) => {
    const { iou, acc, truthPixels } = scores.perClass[i]!
    return { classId: uuid.test(id) ? id : null, name, color, values: [iou, acc, truthPixels] }
  })
  return { step, split, columns: ['IoU', 'Acc', 'pixels'], rows, confusion: scores.counts }
}
