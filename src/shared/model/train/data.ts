import { z } from 'zod'
import { advanced } from './parts.ts'
import { transformSchema } from './transforms/table.ts'

const side = z.int().min(32).max(4096).multipleOf(32)

export const dataSchema = z.strictObject({
  trainSplits: z.array(z.string().min(1)).min(1).max(64).default(['train']),
  valSplits: z.array(z.string().min(1)).max(64).default(['val']),
  batchSize: z.int().min(1).max(256).default(4).meta({ unit: 'images' }),
  /** [height, width] of a training crop. */
  cropSize: z.tuple([side, side]).default([256, 256]).meta({ unit: 'px' }),
  /** Decoding threads beside the training; 0 decodes in the loop itself. The result does not depend on it. */
  workers: z.int().min(0).max(32).default(1).meta(advanced),
  /** An empty list is the standard recipe for the crop size: RandomResize, RandomCrop, RandomFlip, PhotoMetricDistortion, Pad. */
  train: z.array(transformSchema).max(32).default([]).meta(advanced),
  /** An empty list is Resize to the crop's short side, then ResizeToMultiple 32. */
  val: z.array(transformSchema).max(32).default([]).meta(advanced),
})
