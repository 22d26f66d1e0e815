import { z } from 'zod'
import { avgNonIgnoreKey, boundaryKey, classWeightsKey, gammaKey, lossKeys } from './parts.ts'

export const softmaxFocalSchema = z.strictObject({
  type: z.literal('softmaxFocal'),
  ...lossKeys,
  gamma: gammaKey,
  avgNonIgnore: avgNonIgnoreKey,
  classWeights: classWeightsKey,
  boundary: boundaryKey,
})
