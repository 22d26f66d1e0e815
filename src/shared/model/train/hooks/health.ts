import { z } from 'zod'
import { advanced } from '../parts.ts'

/** Watches for trainings that cannot come to anything; serious findings pause the run. */
export const healthSchema = z.strictObject({
  type: z.literal('health'),
  /** false only reports. */
  pause: z.boolean().default(true),
  /** Steps over which a loss or a rate must misbehave before it counts. */
  window: z
    .int()
    .min(5)
    .max(10_000)
    .default(50)
    .meta({ ...advanced, unit: 'steps' }),
})
