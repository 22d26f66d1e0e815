import { z } from 'zod'
import { adamwSchema } from './adamw.ts'

/** Optimizers by `type`; compute/optim holds the arithmetic of each of them. */
export const optimizerSchema = z.discriminatedUnion('type', [adamwSchema])
