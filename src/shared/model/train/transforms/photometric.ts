import { z } from 'zod'
import { rangeSchema } from './parts.ts'

export const photoMetricDistortionSchema = z.strictObject({
  type: z.literal('PhotoMetricDistortion'),
  brightnessDelta: z.number().min(0).max(255).default(32),
  contrastRange: rangeSchema.default([0.5, 1.5]),
  saturationRange: rangeSchema.default([0.5, 1.5]),
  hueDelta: z.int().min(0).max(90).default(18),
})
