import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'

export const warmupPolySchema = z.strictObject({
  type: z.literal('warmupPoly'),
  warmupSteps: z.int().min(0).max(1_000_000).default(50).meta({ unit: 'steps' }),
  warmupFactor: fraction.default(1e-6).meta(advanced),
  power: z.number().positive().max(10).default(1).meta(advanced),
  minLr: z.number().min(0).max(1).default(0).meta(advanced),
})
