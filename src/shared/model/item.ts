import { z } from 'zod'
import { idSchema } from './ids.ts'

export const itemStatusSchema = z.enum(['todo', 'inProgress', 'done'])
export type ItemStatus = z.infer<typeof itemStatusSchema>

/** One picture of a dataset; width and height are those of the oriented picture (EXIF applied). */
export const itemSchema = z.object({
  id: idSchema,
  datasetId: idSchema,
  /** File stem, the id VOC uses. */
  name: z.string(),
  relPath: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  orientation: z.int().min(1).max(8),
  bytes: z.int(),
  status: itemStatusSchema,
  splits: z.array(z.string()),
  annotationCount: z.int(),
  classIds: z.array(idSchema),
  /** Grows with every committed change of its annotations. */
  rev: z.int(),
})
export type Item = z.infer<typeof itemSchema>

export const itemFilterSchema = z.object({
  split: z.string().nullable().default(null),
  classId: idSchema.nullable().default(null),
  status: itemStatusSchema.nullable().default(null),
  text: z.string().max(200).default(''),
})
export type ItemFilter = z.infer<typeof itemFilterSchema>
