import { z } from 'zod'
import { fraction } from '../parts.ts'
import { rangeSchema, scaleSchema, sizeSchema } from './parts.ts'

/** Keeps the proportions: the long side fits max(scale), the short side min(scale), times a factor drawn from `ratio`. */
export const randomResizeSchema = z.strictObject({
  type: z.literal('RandomResize'),
  scale: scaleSchema,
  ratio: rangeSchema.default([0.5, 2]),
})
/** Cuts `size` out; draws again while one class covers more than catMaxRatio of the labelled pixels. */
export const randomCropSchema = z.strictObject({ type: z.literal('RandomCrop'), size: sizeSchema, catMaxRatio: fraction.default(0.75) })
export const randomFlipSchema = z.strictObject({ type: z.literal('RandomFlip'), prob: fraction.default(0.5) })
export const padSchema = z.strictObject({ type: z.literal('Pad'), size: sizeSchema })
/** The picture only (in training also its labels), stretched to the next multiple of `divisor`. */
export const resizeToMultipleSchema = z.strictObject({
  type: z.literal('ResizeToMultiple'),
  divisor: z.int().min(32).max(1024).multipleOf(32).default(32),
})
