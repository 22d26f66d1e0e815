import { z } from 'zod'
import { advanced } from '../parts.ts'
import { clockKeys, decayEnd, minLr } from './parts.ts'

export const polySchema = z.strictObject({
  type: z.literal('poly'),
  power: z.number().positive().max(10).default(1).meta(advanced),
  minLr,
  end: decayEnd,
  ...clockKeys(),
})
