import { z } from 'zod'
import { fraction } from '../parts.ts'
import { rangeSchema } from './parts.ts'

/** Paints over a random rectangle (Zhong et al., "Random Erasing Data Augmentation"). */
export const randomErasingSchema = z.strictObject({
  type: z.literal('RandomErasing'),
  prob: fraction.default(0.5),
  count: z.int().min(1).max(32).default(1),
  /** Share of the picture that one rectangle covers. */
  area: z.tuple([fraction, fraction]).default([0.02, 0.33]),
  /** Height over width. */
  aspect: rangeSchema.default([0.3, 3.3]),
  fill: z.enum(['black', 'mean', 'noise']).default('mean'),
  /** What becomes of the labels underneath: void is not learnt from, keep asks for a guess. */
  label: z.enum(['void', 'keep']).default('void'),
})
