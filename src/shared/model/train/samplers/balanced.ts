import { z } from 'zod'
import { fraction } from '../parts.ts'

/** Pictures with rare classes come up more often: r(I) = max(1, max over its classes of sqrt(threshold / frequency)) (Gupta et al., "LVIS", section 4). */
export const balancedSchema = z.strictObject({
  type: z.literal('balanced'),
  /** Classes of a smaller frequency are repeated. */
  threshold: fraction.default(0.1),
  /** What a frequency is: the share of pictures that have the class, or its share of all labelled pixels. */
  frequency: z.enum(['images', 'pixels']).default('images'),
  /** No picture is repeated more often than this. */
  maxRepeat: z.number().min(1).max(1000).default(10),
})
