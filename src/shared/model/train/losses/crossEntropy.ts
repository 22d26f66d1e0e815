import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'
import { avgNonIgnoreKey, boundaryKey, classWeightsKey, lossKeys } from './parts.ts'

/** Online hard example mining: only the hard pixels of a batch count. The divisor stays that of avgNonIgnore, as in mmsegmentation. */
const ohemKey = z
  .strictObject({
    /** Pixels whose true class has a smaller probability are hard; null takes the minKept pixels with the largest loss. */
    threshold: fraction.nullable().default(0.7),
    /** Pixels per picture that are kept at least. */
    minKept: z.int().min(1).max(16_777_216).default(100_000).meta({ unit: 'px' }),
  })
  .nullable()
  .default(null)
  .meta(advanced)

export const crossEntropySchema = z.strictObject({
  type: z.literal('crossEntropy'),
  ...lossKeys,
  avgNonIgnore: avgNonIgnoreKey,
  classWeights: classWeightsKey,
  /** This share of the target is spread over all classes. */
  labelSmoothing: fraction
    .max(0.9)
    .default(0)
    .meta({ ...advanced, step: 0.05 }),
  ohem: ohemKey,
  boundary: boundaryKey,
})
