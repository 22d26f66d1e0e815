import { z } from 'zod'
import { betas, lr, updateKeys } from './parts.ts'

export const lionSchema = z.strictObject({
  type: z.literal('lion'),
  /** A third to a tenth of what AdamW would get: every value moves by the whole rate. */
  lr: lr(1e-4),
  betas: betas(0.9, 0.99),
  /** Decoupled, as in AdamW; three to ten times what AdamW would get. */
  weightDecay: z.number().min(0).max(10).default(0.1),
  ...updateKeys,
})
