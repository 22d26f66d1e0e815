import { z } from 'zod'
import { fraction } from '../parts.ts'

/** Pastes a rectangle of another training picture, labels included, at the same place (Yun et al., "CutMix"). */
export const cutMixSchema = z.strictObject({
  type: z.literal('CutMix'),
  prob: fraction.default(0.5),
  /** Both parameters of the beta distribution that the share of the original is drawn from; 1 is uniform. */
  alpha: z.number().min(0.01).max(100).default(1),
})
