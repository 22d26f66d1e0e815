import { z } from 'zod'
import { fraction } from '../parts.ts'

/** Turns picture (bilinear) and labels (nearest) around the centre; what comes from outside is `fill`, and void in the labels. */
export const randomRotateSchema = z.strictObject({
  type: z.literal('RandomRotate'),
  prob: fraction.default(0.5),
  /** The angle is drawn from -degrees to degrees. */
  degrees: z.number().min(0).max(180).default(10).meta({ unit: 'degrees' }),
  /** Grey level. */
  fill: z.int().min(0).max(255).default(0),
})
