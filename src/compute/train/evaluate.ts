import { AppError, CancelledError } from '../../shared/errors.ts'
import { addToConfusion, confusionScores, createConfusion } from '../../shared/metrics/confusion.ts'
import type { SegmentationScores } from '../../shared/metrics/confusion.ts'
import type { ClassTable } from '../../shared/model/run.ts'
import type { Snapshot, SnapshotItem } from '../../shared/model/snapshot.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import { createLoader } from '../data/loader.ts'
import type { Batch } from '../data/loader.ts'
import { NORMALIZATION } from '../data/normalize.ts'
import type { Normalization } from '../data/normalize.ts'
import { classMap } from '../predict/classMap.ts'

/** A network as evaluation sees it: normalised pictures float32 `[N,3,H,W]` to logits `[N,K,H,W]`. */
export type Infer = (
  images: Float32Array,
  shape: { batch: number; height: number; width: number },
) => Promise<{ shape: readonly number[]; data: Float32Array }>

export interface EvaluateOptions {
  items: readonly SnapshotItem[]
  classes: number
  transforms: readonly Transform[]
  normalization?: Normalization
  batchSize: number
  workers: number
  /** Called between batches; an aborted one ends with CancelledError. */
  signal?: AbortSignal
  onProgress?: (done: number, total: number) => void
  /** Every scored picture; the arrays are valid during the call. */
  onPicture?: (picture: ScoredPicture) => void
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
 * Whole-picture inference over items: each picture is scaled to multiples of 32, the logits are resized to the label's own size, and the counts
 * run over the whole set (specs/segformer.md section 11). Errors: file/*, voc/*, device/failed, model/bad-file (other number of classes).
 */
export async function evaluate(infer: Infer, options: EvaluateOptions): Promise<SegmentationScores> {
  const { items, classes, transforms, batchSize, workers, signal } = options
  const confusion = createConfusion(classes)
  const spec = { mode: 'eval' as const, items, transforms, normalization: options.normalization ?? NORMALIZATION, batchSize, seed: 0 }
  const loader = createLoader({ spec, workers: Math.min(workers, items.length) })
  let done = 0
  try {
    for (let batch = await loader.next(); batch; batch = await loader.next()) {
      if (signal?.aborted) throw new CancelledError()
      await countBatch(infer, batch, confusion, options.onPicture)
      done += batch.positions.length
      options.onProgress?.(done, items.length)
      // Messages (stop, disconnect) arrive only when the loop lets go.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  } finally {
    await loader.close()
  }
  return confusionScores(confusion)
}

async function countBatch(
  infer: Infer,
  batch: Batch,
  confusion: ReturnType<typeof createConfusion>,
  onPicture: EvaluateOptions['onPicture'],
): Promise<void> {
  const { width, height, labelWidth, labelHeight, labels } = batch
  const count = batch.positions.length
  const { shape, data } = await infer(batch.images, { batch: count, height, width })
  const [, classes = 0, rows = 0, columns = 0] = shape
  if (classes !== confusion.classes)
    throw new AppError('model/bad-file', `the model has ${classes} classes, the data ${confusion.classes}`, {
      classes,
      expected: confusion.classes,
    })
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
    addToConfusion(confusion, truth, predicted)
    onPicture?.({ position: batch.positions[n]!, width: labelWidth, height: labelHeight, predicted, truth })
  }
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The scores per class as the pages show them. */
export function classTableOf(scores: SegmentationScores, classes: Snapshot['classes'], step: number, split: string): ClassTable {
  const rows = classes.map(({ id, name, color }, i) => {
    const { iou, acc, truthPixels } = scores.perClass[i]!
    return { classId: uuid.test(id) ? id : null, name, color, values: [iou, acc, truthPixels] }
  })
  return { step, split, columns: ['IoU', 'Acc', 'pixels'], rows }
}
