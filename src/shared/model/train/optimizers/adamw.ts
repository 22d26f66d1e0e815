import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'
import { updateKeys } from './parts.ts'

export const adamwSchema = z.strictObject({
  type: z.literal('adamw'),
  lr: z.number().positive().max(1).default(1e-3),
  betas: z.tuple([fraction, fraction]).default([0.9, 0.999]).meta(advanced),
  eps: z.number().positive().max(1).default(1e-8).meta(advanced),
  weightDecay: fraction.default(0.01),
  ...updateKeys,
})
