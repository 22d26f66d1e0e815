import { z } from 'zod'
import { adamSchema } from './adam.ts'
import { adamwSchema } from './adamw.ts'
import { lionSchema } from './lion.ts'
import { sgdSchema } from './sgd.ts'

/** Optimizers by `type`; compute/optim/optimizers holds the arithmetic of each of them. */
export const optimizerSchema = z.discriminatedUnion('type', [adamwSchema, adamSchema, sgdSchema, lionSchema])
export type Optimizer = z.infer<typeof optimizerSchema>
