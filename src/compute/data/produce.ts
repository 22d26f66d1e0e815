import { AppError } from '../../shared/errors.ts'
import type { SnapshotItem } from '../../shared/model/snapshot.ts'
import { counterRng } from '../tensor/rng.ts'
import { checkLabels, checkPicture } from './checkSize.ts'
import { decodeIndexMap, decodeRgb } from './decode.ts'
import { normalizeInto } from './normalize.ts'
import type { BatchPlan, LoaderSpec, Plan } from './plan.ts'
import type { Sample } from './sample.ts'

/** Where one batch is written: float32 `[N,3,H,W]` and class indices `[N,h,w]`. */
export interface BatchMemory {
  images: Float32Array
  labels: Int32Array
}

async function readSample(item: SnapshotItem): Promise<Sample> {
  const [image, label] = await Promise.all([decodeRgb(item.imagePath), decodeIndexMap(item.labelPath)])
  checkPicture(item.imagePath, image, item)
  checkLabels(item.labelPath, label, item)
  const size = { width: item.width, height: item.height }
  return { image: image.data, imageSize: size, label: label.data, labelSize: size, pendingSize: null }
}

/**
 * Reads and augments entry `n` of a batch. Chance is keyed by (seed, epoch, position of the item, how often it came up before), so it does not
 * matter who does it when. Errors: file/*, voc/bad-mask, voc/size-mismatch, config/invalid (the transforms do not end with the size of the crop).
 */
export async function produceSample(spec: LoaderSpec, plan: Plan, batch: BatchPlan, n: number): Promise<Sample> {
  const position = batch.positions[n]!
  const occurrence = batch.occurrences[n]!
  const { item, pipeline, siblings } = plan.at(position, batch.epoch)
  const sample = await readSample(item)
  const key = ['augment', batch.epoch, position, ...(occurrence > 0 ? [occurrence] : [])] as const
  await pipeline.applyMixing(sample, counterRng(spec.seed, ...key), async (draw) => {
    const other = draw.int(siblings.items.length)
    return { sample: await readSample(siblings.items[other]!), rng: counterRng(spec.seed, ...key, 'other', siblings.start + other) }
  })
  const { image, label } = batch
  for (const [got, want] of [
    [sample.imageSize, image],
    [sample.labelSize, label],
  ] as const) {
    if (got.width === want.width && got.height === want.height) continue
    const message = `data.${spec.mode === 'train' ? 'train' : 'val'}: the transforms end with ${got.width} x ${got.height} pixels instead of ${want.width} x ${want.height}`
    throw new AppError('config/invalid', message, { path: 'data', width: got.width, height: got.height })
  }
  return sample
}

/** Writes entry `n` of a batch to its place. Errors: those of produceSample. */
export async function produceEntry(spec: LoaderSpec, plan: Plan, batch: BatchPlan, n: number, into: BatchMemory): Promise<void> {
  const sample = await produceSample(spec, plan, batch, n)
  const { image, label } = batch
  normalizeInto(sample.image, into.images, n * 3 * image.width * image.height, spec.normalization)
  into.labels.set(sample.label, n * label.width * label.height)
}
