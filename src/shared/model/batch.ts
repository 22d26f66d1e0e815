import { z } from 'zod'
import { idSchema, type Id } from './ids.ts'

/** Undo is per client: every picture of a batch has one of its own. */
export const batchClient = (batchId: string, itemId: string): string => `batch:${batchId}:${itemId}`

/** The batch that an entry of the journal belongs to; null: it is a gesture of its own. */
export function batchIdOf(client: string): Id | null {
  const [kind, id] = client.split(':')
  return kind === 'batch' ? (idSchema.safeParse(id).data ?? null) : null
}

/** A job that changed many pictures as the journal tells of it, also after a restart: one entry for each, all of them taken back at once. */
export const batchSchema = z.object({
  batchId: idSchema,
  command: z.string(),
  who: z.string().nullable(),
  /** When its first entry was written. */
  at: z.number(),
  dataset: z.string(),
  /** The picture it copied from, where there is one. */
  from: z.object({ itemId: idSchema, name: z.string() }).nullable(),
  /** What it changed. */
  pictures: z.int(),
  objects: z.int(),
  /** Pictures that were not taken back. */
  left: z.int(),
  /** Those of them where its objects are as it left them, which can be taken back; null: too many to look at. */
  asLeft: z.int().nullable(),
})
export type Batch = z.infer<typeof batchSchema>

/** Newest first; `before` leads to those behind these, null: there are none. */
export const batchPageSchema = z.object({ batches: z.array(batchSchema), before: idSchema.nullable() })
