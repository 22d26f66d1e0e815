import { z } from 'zod'
import { wireErrorSchema } from '../errors.ts'
import { mostEdits } from './annotation.ts'
import { idSchema } from './ids.ts'
import { itemFilterSchema } from './item.ts'

/** Nobody copies further in one go; also what one window of the list holds. */
export const mostPictures = 500

/** Which objects of a picture are copied into the pictures that follow it in the filtered list. */
export const propagationSchema = z.object({
  itemId: idSchema,
  annotationIds: z.array(idSchema).min(1).max(mostEdits),
  filter: itemFilterSchema,
  /** How many of the following pictures. */
  pictures: z.int().min(1).max(mostPictures),
  /** Leaves pictures alone that are done or reviewed. */
  skipDone: z.boolean(),
})
export type Propagation = z.infer<typeof propagationSchema>

/** What it did, also where it was cancelled or failed; `batchId`, which is the id of the job, takes all of it back at once. */
export const propagationReportSchema = z.object({
  batchId: idSchema,
  /** Pictures that got something; each is one entry of the journal. */
  changedPictures: z.int(),
  /** Objects they got. */
  changed: z.int(),
  /** Pictures that were left alone because they are done. */
  skipped: z.int(),
  /** Objects that were there already, exactly. */
  known: z.int(),
  /** Objects that would lie outside of a smaller picture. */
  outside: z.int().default(0),
  /** Copies that were cut at the border of a smaller picture. */
  cut: z.int().default(0),
  problems: z.array(z.object({ itemId: idSchema, item: z.string(), error: wireErrorSchema })),
})
export type PropagationReport = z.infer<typeof propagationReportSchema>
