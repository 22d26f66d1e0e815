import { z } from 'zod'
import { advanced } from '../parts.ts'
import { classWeightsKey, countedClassesKey, lossKeys } from './parts.ts'

export const tverskySchema = z.strictObject({
  type: z.literal('tversky'),
  ...lossKeys,
  /** Weight of false positives, and of false negatives; both 0.5 is Dice, both 1 Jaccard. */
  alpha: z.number().min(0).max(10).default(0.3).meta({ step: 0.1 }),
  beta: z.number().min(0).max(10).default(0.7).meta({ step: 0.1 }),
  /** (1 - index)^gamma; 1 is the plain loss. */
  gamma: z.number().min(0.1).max(10).default(1).meta(advanced),
  /** Added above and below the ratio, in pixels. */
  smooth: z.number().positive().max(1e6).default(1).meta(advanced),
  classes: countedClassesKey,
  classWeights: classWeightsKey,
})
