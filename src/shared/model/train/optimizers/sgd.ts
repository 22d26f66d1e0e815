import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'
import { lr, updateKeys } from './parts.ts'

export const sgdSchema = z.strictObject({
  type: z.literal('sgd'),
  lr: lr(0.01),
  momentum: fraction.max(0.9999).default(0.9),
  dampening: fraction.default(0).meta(advanced),
  /** Needs a momentum and no dampening. */
  nesterov: z.boolean().default(false),
  /** Added to the gradient (L2). */
  weightDecay: fraction.default(5e-4),
  ...updateKeys,
})
