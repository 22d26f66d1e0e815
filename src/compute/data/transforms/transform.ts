import type { Transform as TransformConfig } from '../../../shared/model/train/transforms/table.ts'
import type { CounterRng } from '../../tensor/rng.ts'
import type { Sample, Size } from '../sample.ts'

/** Training changes picture and labels together; evaluation scales the picture alone, because scores are counted at its own size. */
export type Stage = 'train' | 'eval'

/** Sizes of image and label map as far as they can be told from the picture's size alone; null: varies by chance. */
export interface SampleSize {
  image: Size | null
  label: Size | null
}

interface Common {
  /** The sizes after this transform, told from the sizes before it. */
  sizeAfter(size: SampleSize): SampleSize
  /** What is left of it in the last epochs (data.stopAugmentation): absent all of it, null nothing. */
  calm?: Transform | null
}

export interface PlainTransform extends Common {
  /** Changes the sample in place; all chance comes from `rng`. */
  apply(sample: Sample, rng: CounterRng): void
}

/** A transform that joins two pictures. */
export interface MixTransform extends Common {
  /** Whether it joins another picture to this one; drawn first, so that no picture is read in vain. */
  wants(rng: CounterRng): boolean
  /** Changes `sample` in place; `other` went through the transforms before this one and is thrown away afterwards. */
  mix(sample: Sample, other: Sample, rng: CounterRng): void
}

export type Transform = PlainTransform | MixTransform

/** A row of the table of transforms: makes the transform a config entry of this type describes. */
export type TransformFactory<Type extends TransformConfig['type']> = (
  config: Extract<TransformConfig, { type: Type }>,
  stage: Stage,
) => Transform
