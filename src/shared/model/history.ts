import { z } from 'zod'
import { annotationSchema, mostEdits } from './annotation.ts'
import { idSchema } from './ids.ts'

const told = { seq: z.int(), client: z.string(), who: z.string().nullable(), kind: z.string(), command: z.string(), at: z.number() }

/** One entry of the journal as the history of an image shows it. */
export const historyEntrySchema = z.object({ ...told, entryId: idSchema, undone: z.boolean(), changes: z.int() })
export type HistoryEntry = z.infer<typeof historyEntrySchema>

/** An annotation in the trash: as it was last, where, and who deleted it by which entry. */
export const deletedAnnotationSchema = z.object({
  ...told,
  id: idSchema,
  itemId: idSchema,
  itemName: z.string(),
  width: z.int(),
  height: z.int(),
  annotation: annotationSchema,
})
export type DeletedAnnotation = z.infer<typeof deletedAnnotationSchema>

/** The whole image as it was right after an entry, or some of its objects as they were after one each. */
export const restorePointSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), seq: z.int().nonnegative() }),
  z.object({
    kind: z.literal('shapes'),
    shapes: z
      .array(z.object({ id: idSchema, seq: z.int().nonnegative() }))
      .min(1)
      .max(mostEdits),
  }),
])
export type RestorePoint = z.infer<typeof restorePointSchema>
