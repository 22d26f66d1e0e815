import { z } from 'zod'
import { sizeSchema } from './parts.ts'

/** Cuts `size` out of the middle; a smaller picture stays as it is. */
export const centerCropSchema = z.strictObject({ type: z.literal('CenterCrop'), size: sizeSchema })
