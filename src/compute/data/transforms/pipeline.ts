import type { Transform as TransformConfig } from '../../../shared/model/train/transforms/table.ts'
import type { CounterRng } from '../../tensor/rng.ts'
import { settleImage, type Sample, type Size } from '../sample.ts'
import { pad, randomCrop, randomFlip } from './geometry.ts'
import { photoMetricDistortion } from './photometric.ts'
import { randomResize, resize, resizeToMultiple } from './resize.ts'
import type { SampleSize, Transform, TransformFactory } from './transform.ts'

/** Every transform a config may name; the compiler holds it against the types of the config schema. */
const factories: { readonly [Type in TransformConfig['type']]: TransformFactory<Type> } = {
  RandomResize: randomResize,
  RandomCrop: randomCrop,
  RandomFlip: randomFlip,
  PhotoMetricDistortion: photoMetricDistortion,
  Pad: pad,
  Resize: resize,
  ResizeToMultiple: resizeToMultiple,
}

export interface Pipeline {
  /** Runs all transforms in place and leaves no pending resize. */
  apply(sample: Sample, rng: CounterRng): void
  /** Sizes after the pipeline for a picture of this size; null where chance decides. */
  sizeFor(size: Size): SampleSize
}

const create = <Type extends TransformConfig['type']>(type: Type, config: Extract<TransformConfig, { type: Type }>): Transform =>
  factories[type](config)

/** Builds the transforms of a list that requireTrainConfig has checked. */
export function createPipeline(list: readonly TransformConfig[]): Pipeline {
  const transforms = list.map((entry) => create(entry.type, entry))
  return {
    apply(sample, rng) {
      for (const transform of transforms) transform.apply(sample, rng)
      settleImage(sample)
    },
    sizeFor(size) {
      let now: SampleSize = { image: size, label: size }
      for (const transform of transforms) now = transform.sizeAfter(now)
      return now
    },
  }
}

/** The training recipe of specs/segformer.md section 7 for a crop of [height, width] pixels: scale (4 x, 1 x the short side), ratio 0.5 to 2. */
export function defaultTrainTransforms(cropSize: readonly [number, number]): TransformConfig[] {
  const [height, width] = cropSize
  const short = Math.min(height, width)
  return [
    { type: 'RandomResize', scale: [short * 4, short], ratio: [0.5, 2] },
    { type: 'RandomCrop', size: [height, width], catMaxRatio: 0.75 },
    { type: 'RandomFlip', prob: 0.5 },
    { type: 'PhotoMetricDistortion', brightnessDelta: 32, contrastRange: [0.5, 1.5], saturationRange: [0.5, 1.5], hueDelta: 18 },
    { type: 'Pad', size: [height, width] },
  ]
}

/** The matching test recipe: whole pictures, short side as in training, stretched to multiples of 32. */
export function defaultValTransforms(cropSize: readonly [number, number]): TransformConfig[] {
  const short = Math.min(...cropSize)
  return [
    { type: 'Resize', scale: [short * 4, short] },
    { type: 'ResizeToMultiple', divisor: 32 },
  ]
}
