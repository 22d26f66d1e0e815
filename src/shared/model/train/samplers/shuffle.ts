import { z } from 'zod'

/** Every picture once per epoch, in a new order each time. */
export const shuffleSchema = z.strictObject({ type: z.literal('shuffle') })
