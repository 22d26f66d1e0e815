import { z } from 'zod'
import { annotationSchema, editResultSchema, editSchema } from '../../model/annotation.ts'
import { idSchema } from '../../model/ids.ts'
import { command, query } from './base.ts'

export const annotationsApi = {
  list: query
    .input(z.object({ itemId: idSchema, client: z.string() }))
    .output(z.object({ itemRev: z.int(), annotations: z.array(annotationSchema), canUndo: z.boolean(), canRedo: z.boolean() })),
  /**
   * One gesture, one transaction, one journal entry; answered only after it is on disk. `entryId` makes a repeated call harmless.
   * Errors: annotation/conflict (data.id, data.rev), annotation/invalid, item/not-found, class/not-found, disk/full.
   */
  apply: command
    .input(
      z.object({
        entryId: idSchema,
        itemId: idSchema,
        client: z.string(),
        command: z.string().max(80),
        edits: z.array(editSchema).min(1).max(5_000),
      }),
    )
    .output(editResultSchema),
  /** The newest entry of this client that is not undone, on whichever item. Errors: journal/nothing-to-undo, journal/changed-since. */
  undo: command.input(z.object({ client: z.string() })).output(editResultSchema),
  redo: command.input(z.object({ client: z.string() })).output(editResultSchema),
  history: query
    .input(z.object({ itemId: idSchema, limit: z.int().min(1).max(500) }))
    .output(
      z.array(
        z.object({ entryId: idSchema, client: z.string(), command: z.string(), at: z.number(), undone: z.boolean(), changes: z.int() }),
      ),
    ),
}
