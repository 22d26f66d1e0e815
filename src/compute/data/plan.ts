import { AppError } from '../../shared/errors.ts'
import type { SnapshotItem } from '../../shared/model/snapshot.ts'
import type { Transform } from '../../shared/model/train/transforms/table.ts'
import type { Normalization } from './normalize.ts'
import { createSampler, type MixRates } from './sampler.ts'
import type { Size } from './sample.ts'
import { createPipeline, type Pipeline } from './transforms/pipeline.ts'

interface CommonSpec {
  normalization: Normalization
  batchSize: number
  seed: number
}

/** Items that go through one list of transforms. */
export interface SourceSpec {
  items: readonly SnapshotItem[]
  transforms: readonly Transform[]
  /** How often each item occurs in an epoch, on average; absent: once. */
  weights?: readonly number[]
}

export interface TrainSpec extends CommonSpec {
  mode: 'train'
  sources: readonly SourceSpec[]
  /** Draws by rates, one per source, instead of showing everything. */
  mix?: MixRates | null
  /** [height, width] that the transforms must end with. */
  cropSize: readonly [number, number]
  /** From this epoch on only the calm part of the transforms is done. */
  calmFrom?: number | null
  rank?: number
  worldSize?: number
}

export interface EvalSpec extends CommonSpec {
  mode: 'eval'
  items: readonly SnapshotItem[]
  transforms: readonly Transform[]
}

/** Endless shuffled batches of one size, or every item once in order. Plain data: it is sent to the workers as it is. */
export type LoaderSpec = TrainSpec | EvalSpec

export interface BatchPlan {
  epoch: number
  positions: Int32Array
  /** How often each of them came up before in the epoch. */
  occurrences: Int32Array
  image: Size
  label: Size
}

/** One item's place in a plan. */
export interface PlannedItem {
  item: SnapshotItem
  pipeline: Pipeline
  /** The items it may be joined with: those of its source, from position `start` on. */
  siblings: { start: number; items: readonly SnapshotItem[] }
}

/** Which items make up which batch and how large it is; the same in every thread. */
export interface Plan {
  /** Number of batches; Infinity for training. */
  count: number
  /** Steps of one epoch, or all batches of an evaluation. */
  perEpoch: number
  maxImagePixels: number
  maxLabelPixels: number
  at(position: number, epoch: number): PlannedItem
  batch(index: number): BatchPlan
}

const pixels = (size: Size): number => size.width * size.height
const same = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height

/** Errors: run/no-training-items, config/invalid (a validation pipeline whose result has no fixed size). */
export function createPlan(spec: LoaderSpec): Plan {
  return spec.mode === 'train' ? trainPlan(spec) : evalPlan(spec)
}

function trainPlan(spec: TrainSpec): Plan {
  const { batchSize, seed, rank, worldSize, mix, calmFrom = null } = spec
  const groups = spec.sources.map(({ items, weights }) => ({ count: items.length, ...(weights ? { weights } : {}) }))
  if (groups.every(({ count }) => count === 0)) throw new AppError('run/no-training-items', 'there is no item to train on')
  const sampler = createSampler({ groups, mix: mix ?? null, batchSize, seed, rank, worldSize })
  const size = { height: spec.cropSize[0], width: spec.cropSize[1] }
  const pipelines = spec.sources.map(({ transforms }) => {
    const whole = createPipeline(transforms, 'train')
    return { whole, calm: whole.calm() }
  })
  const starts = groups.map((_, g) => groups.slice(0, g).reduce((sum, { count }) => sum + count, 0))
  return {
    count: Number.POSITIVE_INFINITY,
    perEpoch: sampler.stepsPerEpoch,
    maxImagePixels: pixels(size),
    maxLabelPixels: pixels(size),
    at(position, epoch) {
      const source = starts.findLastIndex((start) => start <= position)
      const { items } = spec.sources[source]!
      const { whole, calm } = pipelines[source]!
      const start = starts[source]!
      return { item: items[position - start]!, pipeline: calmFrom !== null && epoch >= calmFrom ? calm : whole, siblings: { start, items } }
    },
    batch: (index) => ({ ...sampler.batch(index), image: size, label: size }),
  }
}

/** Consecutive items of equal sizes share a batch, so nothing is padded and the order stays that of the items. */
function evalPlan(spec: EvalSpec): Plan {
  const pipeline = createPipeline(spec.transforms, 'eval')
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
    at: (position) => ({ item: spec.items[position]!, pipeline, siblings: { start: 0, items: spec.items } }),
    batch(index) {
      const { positions, image, label } = batches[index]!
      return { positions: Int32Array.from(positions), occurrences: new Int32Array(positions.length), image, label, epoch: 0 }
    },
  }
}
