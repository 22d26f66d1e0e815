import { z } from 'zod'
import { advanced, fourSizes, fraction } from '../parts.ts'

export const segformerSchema = z.strictObject({
  type: z.literal('segformer'),
  variant: z.enum(['mit-b0', 'mit-b1', 'mit-b2', 'mit-b3', 'mit-b4', 'mit-b5', 'custom']).default('mit-b0'),
  /** Only for variant 'custom', as are depths, heads and srRatios. */
  dims: fourSizes(4, 1024)
    .optional()
    .meta({ ...advanced, unit: 'channels', when: { variant: 'custom' } }),
  depths: fourSizes(1, 64)
    .optional()
    .meta({ ...advanced, unit: 'blocks', when: { variant: 'custom' } }),
  heads: fourSizes(1, 64)
    .optional()
    .meta({ ...advanced, when: { variant: 'custom' } }),
  srRatios: fourSizes(1, 16)
    .optional()
    .meta({ ...advanced, when: { variant: 'custom' } }),
  /** Decoder width; the official one of the variant when absent. */
  embedDim: z
    .int()
    .min(8)
    .max(1024)
    .optional()
    .meta({ ...advanced, unit: 'channels' }),
  dropPath: fraction
    .max(0.9)
    .default(0.1)
    .meta({ ...advanced, step: 0.05 }),
  dropout: fraction
    .max(0.9)
    .default(0.1)
    .meta({ ...advanced, step: 0.05 }),
  /** Group norm looks at each picture by itself: for small batches, and for processes that train together as one would. */
  headNorm: z.enum(['batch', 'group']).default('batch').meta(advanced),
  /** The first so many stages of the encoder keep their weights. */
  frozenStages: z.int().min(0).max(4).default(0).meta(advanced),
})
