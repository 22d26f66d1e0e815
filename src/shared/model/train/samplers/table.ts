import { z } from 'zod'
import { balancedSchema } from './balanced.ts'
import { shuffleSchema } from './shuffle.ts'

/** How often pictures come up, by `type`; compute/data/sampling holds the arithmetic of each of them. */
export const samplerSchema = z.discriminatedUnion('type', [shuffleSchema, balancedSchema])
export type Sampler = z.infer<typeof samplerSchema>
