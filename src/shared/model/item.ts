import { z } from 'zod'
import { certaintySchema } from './certainty.ts'
import { idSchema } from './ids.ts'
import { instructionsSchema } from './itemFacts.ts'

/** In the order of the work: labelled by one person ('done'), looked at by another ('reviewed') or sent back ('rejected'). */
export const itemStatuses = ['todo', 'inProgress', 'done', 'reviewed', 'rejected'] as const
export const itemStatusSchema = z.enum(itemStatuses)
export type ItemStatus = z.infer<typeof itemStatusSchema>

/** Nothing is left to label on it. */
export const isFinished = (status: ItemStatus): boolean => status === 'done' || status === 'reviewed'

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
  /** Who set the state and when (ms); null: before that was kept. */
  statusBy: z.string().nullable(),
  statusAt: z.number().nullable(),
  /** Why, e.g. what a rejected picture lacks. */
  statusNote: z.string(),
  tags: z.array(z.string()),
  instructions: instructionsSchema,
  splits: z.array(z.string()),
  annotationCount: z.int(),
  classIds: z.array(idSchema),
  /** Comments that are neither resolved nor deleted. */
  openComments: z.int(),
  /** Grows with every committed change of its annotations. */
  rev: z.int(),
})
export type Item = z.infer<typeof itemSchema>

export const itemFilterSchema = z.object({
  split: z.string().nullable().default(null),
  classId: idSchema.nullable().default(null),
  status: itemStatusSchema.nullable().default(null),
  text: z.string().max(200).default(''),
  /** Only the picture of exactly this name. */
  name: z.string().max(4_096).optional(),
  /** Only pictures with open comments. */
  openComments: z.boolean().optional(),
  /** Only pictures without objects. */
  withoutObjects: z.boolean().optional(),
  /** Only pictures with this tag. */
  tag: z.string().max(80).nullable().optional(),
  /** Only pictures of which a model is so sure (see certainty.ts). */
  score: z.object({ from: certaintySchema, to: certaintySchema }).nullable().optional(),
})
export type ItemFilter = z.infer<typeof itemFilterSchema>
