import { z } from 'zod'
import { advanced } from '../parts.ts'

/** What every entry of the list of losses has. */
export const lossKeys = {
  /** Factor in the sum that is minimised; 0 draws the curve and teaches nothing. */
  weight: z.number().min(0).max(1000).default(1).meta({ step: 0.1 }),
  /** The curve is called loss.<name>; the type's name when absent. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'letters, digits, - and _, at most 40')
    .optional()
    .meta(advanced),
}

/**
 * One factor per class, in class order, or 'balanced': all labelled pixels / (classes present * pixels of the class), at most 100, so that the
 * mean over the training pixels is 1. Not divided by the sum of the weights.
 */
export const classWeightsKey = z
  .union([z.literal('balanced'), z.array(z.number().min(0).max(1000)).min(1).max(255)])
  .nullable()
  .default(null)
  .meta(advanced)

/** Pixels within `width` (in both directions, a square) of another class count `weight` times; the divisor of the mean stays the number of pixels. */
export const boundaryKey = z
  .strictObject({
    width: z.int().min(1).max(32).default(3).meta({ unit: 'px' }),
    weight: z.number().min(0).max(100).default(5),
  })
  .nullable()
  .default(null)
  .meta(advanced)

/** Divide by the labelled pixels only; false divides by all pixels, as mmsegmentation does. */
export const avgNonIgnoreKey = z.boolean().default(true).meta(advanced)

/** Focusing exponent: a pixel that is predicted right with probability p counts (1 - p)^gamma; 0 is cross entropy. */
export const gammaKey = z.number().min(0).max(10).default(2).meta({ step: 0.5 })

/** present: the mean over the classes that the picture shows; all: over every class, as mmsegmentation does. */
export const countedClassesKey = z.enum(['present', 'all']).default('present')
