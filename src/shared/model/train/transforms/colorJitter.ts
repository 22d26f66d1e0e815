import { z } from 'zod'
import { fraction } from '../parts.ts'

const strength = z.number().min(0).max(1)

/** Brightness, contrast, saturation and hue in a random order, each by a factor drawn from 1 - strength to 1 + strength (hue: a turn). */
export const colorJitterSchema = z.strictObject({
  type: z.literal('ColorJitter'),
  prob: fraction.default(1),
  brightness: strength.default(0.3),
  contrast: strength.default(0.3),
  saturation: strength.default(0.3),
  /** Largest turn as a part of the circle. */
  hue: strength.max(0.5).default(0.05),
})
