import { z } from 'zod'
import { idSchema } from './ids.ts'
import { pointSchema } from './shape.ts'

export const commentTextSchema = z.string().trim().min(1).max(4_000)

/** Something that was said, or that happened to the comment; `text` is empty where nothing was said with it. */
export const commentEntrySchema = z.object({
  kind: z.enum(['text', 'resolve', 'reopen', 'delete', 'restore']),
  text: z.string(),
  /** null: the person's name is not known. */
  who: z.string().nullable(),
  at: z.number(),
})
export type CommentEntry = z.infer<typeof commentEntrySchema>

/** A thread about a place, an object or a whole picture; its first entry opened it. */
export const commentSchema = z.object({
  id: idSchema,
  itemId: idSchema,
  /** The object it was pinned to, which may be gone. */
  annotationId: idSchema.nullable(),
  /** In picture pixels, where it was pinned; null: the whole picture. */
  at: pointSchema.nullable(),
  resolved: z.boolean(),
  deleted: z.boolean(),
  entries: z.array(commentEntrySchema),
})
export type Comment = z.infer<typeof commentSchema>

/** 'text' is a reply. */
export type CommentAction = CommentEntry['kind']

export const isOpen = (comment: Pick<Comment, 'resolved' | 'deleted'>): boolean => !comment.resolved && !comment.deleted
