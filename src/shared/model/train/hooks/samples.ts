import { z } from 'zod'
import { advanced } from '../parts.ts'

/** Keeps what the network sees on the same validation pictures each time it is validated. */
export const samplesSchema = z.strictObject({
  type: z.literal('samples'),
  count: z.int().min(1).max(32).default(4).meta({ unit: 'images' }),
  /** Validations kept; older ones are removed, the first one stays. */
  keep: z.int().min(2).max(1000).default(20).meta(advanced),
})
