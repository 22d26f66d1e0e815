import type { Transform as TransformConfig } from '../../../shared/model/train/transforms/table.ts'
import type { CounterRng } from '../../tensor/rng.ts'
import { settleImage, type Sample, type Size } from '../sample.ts'
import { centerCrop } from './centerCrop.ts'
import { colorJitter } from './colorJitter.ts'
import { cutMix } from './cutMix.ts'
import { pad, randomCrop, randomFlip } from './geometry.ts'
import { photoMetricDistortion } from './photometric.ts'
import { randomErasing } from './randomErasing.ts'
import { randomRotate } from './randomRotate.ts'
import { randomResize, resize, resizeToMultiple } from './resize.ts'
import type { PlainTransform, SampleSize, Stage, Transform, TransformFactory } from './transform.ts'

/** Every transform a config may name; the compiler holds it against the types of the config schema. */
const factories: { readonly [Type in TransformConfig['type']]: TransformFactory<Type> } = {
  RandomResize: randomResize,
  RandomCrop: randomCrop,
  RandomFlip: randomFlip,
  PhotoMetricDistortion: photoMetricDistortion,
  Pad: pad,
  Resize: resize,
  ResizeToMultiple: resizeToMultiple,
  CenterCrop: centerCrop,
  RandomRotate: randomRotate,
  RandomErasing: randomErasing,
  ColorJitter: colorJitter,
  CutMix: cutMix,
}

/** Another picture for a transform that joins two: its pixels as they were decoded, and the chance for its own transforms. */
export type OtherPicture = (rng: CounterRng) => Promise<{ sample: Sample; rng: CounterRng }>

export interface Pipeline {
  /** Runs all transforms in place and leaves no pending resize; nothing is joined. */
  apply(sample: Sample, rng: CounterRng): void
  /** The same, with other pictures where a transform wants them. Errors: those of `other`. */
  applyMixing(sample: Sample, rng: CounterRng, other: OtherPicture): Promise<void>
  /** Sizes after the pipeline for a picture of this size; null where chance decides. */
  sizeFor(size: Size): SampleSize
  /** What is left of it in the last epochs: the transforms that make the size, without distortion. */
  calm(): Pipeline
}

const create = <Type extends TransformConfig['type']>(
  type: Type,
  config: Extract<TransformConfig, { type: Type }>,
  stage: Stage,
): Transform => factories[type](config, stage)

/** Builds the transforms of a list that requireTrainConfig has checked. */
export function createPipeline(list: readonly TransformConfig[], stage: Stage): Pipeline {
  return pipelineOf(list.map((entry) => create(entry.type, entry, stage)))
}

const isPlain = (transform: Transform): transform is PlainTransform => 'apply' in transform

function pipelineOf(transforms: readonly Transform[]): Pipeline {
  const runPlain = (sample: Sample, rng: CounterRng, until = transforms.length) => {
    for (const transform of transforms.slice(0, until)) if (isPlain(transform)) transform.apply(sample, rng)
  }
  return {
    apply(sample, rng) {
      runPlain(sample, rng)
      settleImage(sample)
    },
    async applyMixing(sample, rng, other) {
      for (const [i, transform] of transforms.entries()) {
        if (isPlain(transform)) transform.apply(sample, rng)
        else if (transform.wants(rng)) {
          const second = await other(rng)
          runPlain(second.sample, second.rng, i)
          settleImage(second.sample)
          settleImage(sample)
          transform.mix(sample, second.sample, rng)
        }
      }
      settleImage(sample)
    },
    sizeFor(size) {
      let now: SampleSize = { image: size, label: size }
      for (const transform of transforms) now = transform.sizeAfter(now)
      return now
    },
    calm: () =>
      pipelineOf(transforms.map((transform) => (transform.calm === undefined ? transform : transform.calm)).filter((t) => t !== null)),
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
    { type: 'Resize', scale: [short * 4, short], keepRatio: true, multipleOf: 1 },
    { type: 'ResizeToMultiple', divisor: 32 },
  ]
}
