import { z } from 'zod'
import { centerCropSchema } from './centerCrop.ts'
import { colorJitterSchema } from './colorJitter.ts'
import { cutMixSchema } from './cutMix.ts'
import { padSchema, randomCropSchema, randomFlipSchema, randomResizeSchema, resizeToMultipleSchema } from './geometry.ts'
import { photoMetricDistortionSchema } from './photometric.ts'
import { randomErasingSchema } from './randomErasing.ts'
import { randomRotateSchema } from './randomRotate.ts'
import { resizeSchema } from './resize.ts'

/** One step of a data pipeline; the algorithms are in compute/data/transforms, which checks its own table against this one. */
export const transformSchema = z
  .discriminatedUnion('type', [
    randomResizeSchema,
    randomCropSchema,
    randomFlipSchema,
    photoMetricDistortionSchema,
    padSchema,
    resizeSchema,
    resizeToMultipleSchema,
    centerCropSchema,
    randomRotateSchema,
    randomErasingSchema,
    colorJitterSchema,
    cutMixSchema,
  ])
  // Transforms stand in several lists; the form has one set of words for them.
  .meta({ table: 'transform' })
export type Transform = z.infer<typeof transformSchema>
