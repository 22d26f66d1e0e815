import { z } from 'zod'
import { wireErrorSchema } from '../errors.ts'
import { idSchema } from './ids.ts'

/** How sure a model is of a picture: the mean over its pixels of the probability of the class it sees there, 0..1. */
export const certaintySchema = z.number().min(0).max(1)

/** The pictures of a dataset that one model looked at last; `name` is null where the model is gone. */
export const datasetCertaintySchema = z.object({
  modelId: idSchema,
  name: z.string().nullable(),
  items: z.int(),
  /** When it looked first and last. */
  oldestAt: z.number(),
  newestAt: z.number(),
})
export type DatasetCertainty = z.infer<typeof datasetCertaintySchema>

/** What a job that asked a model about pictures came to; `known` were looked at by this model before, `problems` are the first of those that failed. */
export const certaintyReportSchema = z.object({
  scored: z.int(),
  known: z.int(),
  failed: z.int(),
  problems: z.array(z.object({ itemId: idSchema, item: z.string(), error: wireErrorSchema })),
})
export type CertaintyReport = z.infer<typeof certaintyReportSchema>
