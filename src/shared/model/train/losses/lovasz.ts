import { z } from 'zod'
import { advanced } from '../parts.ts'
import { classWeightsKey, countedClassesKey, lossKeys } from './parts.ts'

export const lovaszSchema = z.strictObject({
  type: z.literal('lovasz'),
  ...lossKeys,
  /** The Jaccard index of the whole batch, or of each picture. */
  per: z.enum(['batch', 'image']).default('batch'),
  classes: countedClassesKey,
  classWeights: classWeightsKey,
  /** Every class sorts its pixels: a batch with more of them is thinned to a regular grid of at most so many; null takes all, and seconds per step. */
  maxPixels: z
    .int()
    .min(64)
    .max(16_777_216)
    .nullable()
    .default(32_768)
    .meta({ ...advanced, unit: 'px' }),
})
