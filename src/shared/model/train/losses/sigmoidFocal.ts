import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'
import { boundaryKey, classWeightsKey, gammaKey, lossKeys } from './parts.ts'

export const sigmoidFocalSchema = z.strictObject({
  type: z.literal('sigmoidFocal'),
  ...lossKeys,
  gamma: gammaKey,
  /** Factor of a pixel's own class, 1 - alpha of every other one. */
  alpha: fraction.default(0.5).meta({ step: 0.05 }),
  /** An alpha for each class, in class order, instead. */
  classAlphas: z.array(fraction).min(1).max(255).nullable().default(null).meta(advanced),
  /** labelled: sum over the classes, mean over the labelled pixels (each has one positive); all: mean over pixels and classes, ignored pixels included (mmsegmentation). */
  average: z.enum(['labelled', 'all']).default('labelled'),
  classWeights: classWeightsKey,
  boundary: boundaryKey,
})
