import { z } from 'zod'
import { fraction } from '../parts.ts'
import { clockKeys } from './parts.ts'

export const stepSchema = z.strictObject({
  type: z.literal('step'),
  /** In the unit of `by`, from the start of the run; at each the rate is multiplied by gamma. */
  milestones: z.array(z.int().min(1).max(100_000_000)).max(64).default([]),
  gamma: fraction.default(0.1),
  ...clockKeys(),
})
