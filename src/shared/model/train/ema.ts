import { z } from 'zod'
import { advanced } from './parts.ts'

/** Moving average of the weights, as mmengine's EMAHook: validation, the best checkpoint and export use it. */
export const emaSchema = z.strictObject({
  enabled: z.boolean().default(false),
  /** Share of the new weights in every update. */
  momentum: z
    .number()
    .gt(0)
    .lt(1)
    .default(2e-4)
    .meta({ when: { enabled: true } }),
  /** A larger share early: max(momentum, gamma / (gamma + updates)); 0 keeps the share as it is. */
  gamma: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .meta({ ...advanced, when: { enabled: true } }),
  /** Running statistics are taken over as they are, or averaged like the weights. */
  buffers: z
    .enum(['copy', 'average'])
    .default('copy')
    .meta({ ...advanced, when: { enabled: true } }),
})
export type Ema = z.infer<typeof emaSchema>
