import { z } from 'zod'
import { padSchema, randomCropSchema, randomFlipSchema, randomResizeSchema, resizeSchema, resizeToMultipleSchema } from './geometry.ts'
import { photoMetricDistortionSchema } from './photometric.ts'

/** One step of a data pipeline; the algorithms are in compute/data/transforms, which checks its own table against this one. */
export const transformSchema = z.discriminatedUnion('type', [
  randomResizeSchema,
  randomCropSchema,
  randomFlipSchema,
  photoMetricDistortionSchema,
  padSchema,
  resizeSchema,
  resizeToMultipleSchema,
])
export type Transform = z.infer<typeof transformSchema>
