import { z } from 'zod'
import { clockKeys, decayEnd, minLr } from './parts.ts'

export const cosineSchema = z.strictObject({ type: z.literal('cosine'), minLr, end: decayEnd, ...clockKeys() })
