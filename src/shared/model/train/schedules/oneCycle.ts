import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'
import { clockKeys } from './parts.ts'

export const oneCycleSchema = z.strictObject({
  type: z.literal('oneCycle'),
  /** Share of the run in which the rate rises to its peak. */
  pctStart: fraction.default(0.3),
  anneal: z.enum(['cosine', 'linear']).default('cosine').meta(advanced),
  /** The first rate is the peak divided by this. */
  divFactor: z.number().min(1).max(1e9).default(25).meta(advanced),
  /** The last rate is the first one divided by this. */
  finalDivFactor: z.number().min(1).max(1e9).default(1e4).meta(advanced),
  /** Falls back to the first rate as long as it rose, then to the last one. */
  threePhase: z.boolean().default(false).meta(advanced),
  ...clockKeys(0),
})
