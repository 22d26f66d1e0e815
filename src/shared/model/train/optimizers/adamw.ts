import { z } from 'zod'
import { fraction } from '../parts.ts'
import { betas, eps, lr, updateKeys } from './parts.ts'

export const adamwSchema = z.strictObject({
  type: z.literal('adamw'),
  lr: lr(1e-3),
  betas: betas(0.9, 0.999),
  eps,
  weightDecay: fraction.default(0.01),
  ...updateKeys,
})
