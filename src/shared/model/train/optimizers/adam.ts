import { z } from 'zod'
import { fraction } from '../parts.ts'
import { betas, eps, lr, updateKeys } from './parts.ts'

export const adamSchema = z.strictObject({
  type: z.literal('adam'),
  lr: lr(1e-3),
  betas: betas(0.9, 0.999),
  eps,
  /** Added to the gradient (L2), not decoupled as in AdamW. */
  weightDecay: fraction.default(0),
  ...updateKeys,
})
