import type { Transform as TransformConfig } from '../../../shared/model/train/transforms/table.ts'
import type { CounterRng } from '../../tensor/rng.ts'
import type { Sample, Size } from '../sample.ts'

/** Sizes of image and label map as far as they can be told from the picture's size alone; null: varies by chance. */
export interface SampleSize {
  image: Size | null
  label: Size | null
}

export interface Transform {
  /** Changes the sample in place; all chance comes from `rng`. */
  apply(sample: Sample, rng: CounterRng): void
  /** The sizes after this transform, told from the sizes before it. */
  sizeAfter(size: SampleSize): SampleSize
}

/** A row of the table of transforms: makes the transform a config entry of this type describes. */
export type TransformFactory<Type extends TransformConfig['type']> = (config: Extract<TransformConfig, { type: Type }>) => Transform
