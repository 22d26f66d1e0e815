import { z } from 'zod'

// As in the recipes they come from: `scale` is [width, height], `size` is [height, width].
export const edge = z.int().min(1).max(16_384)
export const scaleSchema = z.tuple([edge, edge]).meta({ unit: 'px' })
export const sizeSchema = z.tuple([edge, edge]).meta({ unit: 'px' })
export const rangeSchema = z.tuple([z.number().min(0.01).max(16), z.number().min(0.01).max(16)])
