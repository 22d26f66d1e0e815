import { z } from 'zod'
import { edge, scaleSchema } from './parts.ts'

/**
 * To a fixed size: exactly one of `scale` and `shortSide` is given. In training the labels follow; in validation and prediction they keep the
 * picture's own size.
 */
export const resizeSchema = z.strictObject({
  type: z.literal('Resize'),
  /** [width, height]; with keepRatio the long side fits the larger, the short side the smaller number. */
  scale: scaleSchema.optional(),
  /** The short side gets this length, the other follows in proportion. */
  shortSide: edge.optional().meta({ unit: 'px' }),
  keepRatio: z.boolean().default(true),
  /** Both sides are rounded up to a multiple of this. */
  multipleOf: z.int().min(1).max(1024).default(1).meta({ unit: 'px' }),
})
