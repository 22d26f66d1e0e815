import { z } from 'zod'
import { advanced } from '../parts.ts'

export const crossEntropySchema = z.strictObject({
  type: z.literal('crossEntropy'),
  /** Divide by the labelled pixels only; false divides by all pixels, as mmsegmentation does. */
  avgNonIgnore: z.boolean().default(true).meta(advanced),
})
