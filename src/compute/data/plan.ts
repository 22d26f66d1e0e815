import { AppError } from '../../shared/errors.ts'
import type { SnapshotItem } from '../../shared/model/snapshot.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import type { Normalization } from './normalize.ts'
import { createSampler } from './sampler.ts'
import type { Size } from './sample.ts'
import { createPipeline, type Pipeline } from './transforms/pipeline.ts'

interface CommonSpec {
  items: readonly SnapshotItem[]
  transforms: readonly Transform[]
  normalization: Normalization
  batchSize: number
  seed: number
}

/** Endless shuffled batches of one size, or every item once in order. Plain data: it is sent to the workers as it is. */
export type LoaderSpec =
  | (CommonSpec & {
      mode: 'train'
      /** [height, width] that the transforms must end with. */
      cropSize: readonly [number, number]
      rank?: number
      worldSize?: number
    })
  | (CommonSpec & { mode: 'eval' })

export interface BatchPlan {
  epoch: number
  positions: Int32Array
  image: Size
  label: Size
}

/** Which items make up which batch and how large it is; the same in every thread. */
export interface Plan {
  /** Number of batches; Infinity for training. */
  count: number
  /** Steps of one epoch, or all batches of an evaluation. */
  perEpoch: number
  maxImagePixels: number
  maxLabelPixels: number
  pipeline: Pipeline
  batch(index: number): BatchPlan
}

const pixels = (size: Size): number => size.width * size.height
const same = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height

/** Errors: run/no-training-items, config/invalid (a validation pipeline whose result has no fixed size). */
export function createPlan(spec: LoaderSpec): Plan {
  const pipeline = createPipeline(spec.transforms)
  return spec.mode === 'train' ? trainPlan(spec, pipeline) : evalPlan(spec, pipeline)
}

function trainPlan(spec: LoaderSpec & { mode: 'train' }, pipeline: Pipeline): Plan {
  if (spec.items.length === 0) throw new AppError('run/no-training-items', 'there is no item to train on')
  const { batchSize, seed, rank, worldSize } = spec
  const sampler = createSampler({ count: spec.items.length, batchSize, seed, rank, worldSize })
  const size = { height: spec.cropSize[0], width: spec.cropSize[1] }
  return {
    count: Number.POSITIVE_INFINITY,
    perEpoch: sampler.stepsPerEpoch,
    maxImagePixels: pixels(size),
    maxLabelPixels: pixels(size),
    pipeline,
    batch: (index) => ({ ...sampler.batch(index), image: size, label: size }),
  }
}

/** Consecutive items of equal sizes share a batch, so nothing is padded and the order stays that of the items. */
function evalPlan(spec: LoaderSpec, pipeline: Pipeline): Plan {
  const batches: { positions: number[]; image: Size; label: Size }[] = []
  let maxImagePixels = 1
  let maxLabelPixels = 1
  for (const [position, item] of spec.items.entries()) {
    const { image, label } = pipeline.sizeFor({ width: item.width, height: item.height })
    if (!image || !label) {
      throw new AppError('config/invalid', 'data.val: a transform with a random size cannot be used for validation', { path: 'data.val' })
    }
    maxImagePixels = Math.max(maxImagePixels, pixels(image))
    maxLabelPixels = Math.max(maxLabelPixels, pixels(label))
    const last = batches.at(-1)
    if (last && last.positions.length < spec.batchSize && same(last.image, image) && same(last.label, label)) last.positions.push(position)
    else batches.push({ positions: [position], image, label })
  }
  return {
    count: batches.length,
    perEpoch: batches.length,
    maxImagePixels,
    maxLabelPixels,
    pipeline,
    batch(index) {
      const batch = batches[index]!
      return { ...batch, positions: Int32Array.from(batch.positions), epoch: 0 }
    },
  }
}
