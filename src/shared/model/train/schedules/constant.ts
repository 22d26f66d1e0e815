import { z } from 'zod'
import { clockKeys } from './parts.ts'

export const constantSchema = z.strictObject({ type: z.literal('constant'), ...clockKeys() })
