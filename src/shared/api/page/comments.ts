import { z } from 'zod'
import { commentEntrySchema, commentSchema, commentTextSchema } from '../../model/comment.ts'
import { idSchema } from '../../model/ids.ts'
import { command, query } from './base.ts'

export const commentsApi = {
  /** Every comment of a picture, the oldest first, resolved and deleted ones too. Errors: item/not-found. */
  list: query.input(z.object({ itemId: idSchema })).output(z.array(commentSchema)),
  /** Opens a thread; the same `id` again changes nothing. Errors: item/not-found, input/invalid (outside of the picture). */
  add: command
    .input(commentSchema.pick({ id: true, itemId: true, annotationId: true, at: true }).extend({ text: commentTextSchema }))
    .output(commentSchema),
  /**
   * Replies, resolves, reopens, deletes (kept, `restore` brings it back); the same `entryId` again changes nothing.
   * Errors: comment/not-found, input/invalid (a reply without text).
   */
  act: command
    .input(
      z.object({
        entryId: idSchema,
        commentId: idSchema,
        action: commentEntrySchema.shape.kind,
        text: z.string().trim().max(4_000).default(''),
      }),
    )
    .output(commentSchema),
}
