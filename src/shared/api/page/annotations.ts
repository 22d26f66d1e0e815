import { z } from 'zod'
import { annotationSchema, editResultSchema, editsSchema, mostEdits } from '../../model/annotation.ts'
import { batchPageSchema } from '../../model/batch.ts'
import { deletedAnnotationSchema, historyEntrySchema, restorePointSchema } from '../../model/history.ts'
import { idSchema } from '../../model/ids.ts'
import { pictureChangeSchema } from '../../model/pictureChange.ts'
import { propagationSchema } from '../../model/propagation.ts'
import { proposalKeySchema, verdictSchema } from '../../model/verdict.ts'
import { command, job, jobStarted, nothing, query } from './base.ts'
import { madeInSchema } from './projects.ts'

/** Whose undo history it is: a slot of a page, or a name that a program gave itself. */
const clientSchema = z.string().max(200)

export const annotationsApi = {
  list: query
    .input(z.object({ itemId: idSchema, client: clientSchema }))
    .output(z.object({ itemRev: z.int(), annotations: z.array(annotationSchema), canUndo: z.boolean(), canRedo: z.boolean() })),
  /**
   * One gesture, one transaction, one journal entry; answered only after it is on disk. `entryId` makes a repeated call harmless.
   * Errors: annotation/conflict (data.id, data.rev), annotation/locked (data.id), annotation/invalid, item/not-found, class/not-found, project/none-open, disk/full.
   */
  apply: command
    .input(
      z.object({
        entryId: idSchema,
        itemId: idSchema,
        client: clientSchema,
        madeIn: madeInSchema,
        command: z.string().max(80),
        edits: editsSchema,
      }),
    )
    .output(editResultSchema),
  /**
   * One gesture about the picture as a whole (tags, texts, state), undone in its turn with those about its objects; `entryId` makes a repeated call
   * harmless. Errors: item/not-found, item/set-aside, item/conflict (others changed what it was meant for, see `seen`), disk/full.
   */
  describe: command
    .input(z.object({ entryId: idSchema, itemId: idSchema, client: clientSchema, madeIn: madeInSchema, change: pictureChangeSchema }))
    .output(editResultSchema),
  /**
   * The newest entry of this client that is not undone, on whichever item. Errors: journal/nothing-to-undo, journal/changed-since (data.command,
   * data.item; where it stays in the way until it is skipped: data.entryId, and who was quicker: data.byClient, data.byCommand, data.byWho).
   */
  undo: command.input(z.object({ client: clientSchema, madeIn: madeInSchema })).output(editResultSchema),
  redo: command.input(z.object({ client: clientSchema, madeIn: madeInSchema })).output(editResultSchema),
  /** What was decided about what other sources propose for a picture. */
  verdicts: query.input(z.object({ itemId: idSchema })).output(z.array(verdictSchema)),
  /** Decides about proposals, and takes decisions back; no gesture, so nothing of it is in the journal. Errors: item/not-found, disk/full. */
  judge: command
    .input(
      z.object({
        itemId: idSchema,
        verdicts: z.array(verdictSchema).max(mostEdits),
        forgotten: z.array(proposalKeySchema).max(mostEdits),
      }),
    )
    .output(nothing),
  /** Lets go of an entry that is refused, so that undo and redo reach those behind it; what it did stays. */
  skip: command
    .input(z.object({ client: clientSchema, entryId: idSchema }))
    .output(z.object({ canUndo: z.boolean(), canRedo: z.boolean() })),
  /**
   * Objects of a picture into those that follow it in the filtered list, one entry of the journal for each; taken back by assist.undoBatch.
   * Job result: propagationReportSchema. Errors: item/not-found.
   */
  propagate: job.input(propagationSchema).output(jobStarted),
  /**
   * Jobs that changed many pictures and of which something is left to take back by assist.undoBatch, newest first, from the journal: those that copied
   * from a picture, or all (null).
   */
  batches: query
    .input(
      z.object({ itemId: idSchema.nullable().default(null), before: idSchema.nullable().default(null), limit: z.int().min(1).max(100) }),
    )
    .output(batchPageSchema),
  /** Entries of an image, newest first, `limit` before the entry `before` (null: from the newest). */
  history: query
    .input(z.object({ itemId: idSchema, before: z.int().nullable().default(null), limit: z.int().min(1).max(500) }))
    .output(z.array(historyEntrySchema)),
  /** The image as it was right after an entry (0: before the first), and the objects of that entry before and after it. Errors: item/not-found. */
  at: query.input(z.object({ itemId: idSchema, seq: z.int().nonnegative() })).output(
    z.object({
      annotations: z.array(annotationSchema),
      shapes: z.array(z.object({ before: annotationSchema.nullable(), after: annotationSchema.nullable() })),
    }),
  ),
  /**
   * Puts an earlier state back as one new entry, which can be undone; what is so already is left alone. Where objects that are locked now would change,
   * nothing is done unless `unlock` says so. Errors: annotation/locked (data.ids: the first of them, data.count), item/not-found, class/not-found,
   * disk/full.
   */
  restore: command
    .input(
      z.object({
        entryId: idSchema,
        itemId: idSchema,
        client: clientSchema,
        madeIn: madeInSchema,
        point: restorePointSchema,
        unlock: z.boolean().default(false),
      }),
    )
    .output(editResultSchema),
  /** Annotations of an item or a dataset that were deleted and not brought back, newest first. */
  deleted: query
    .input(z.object({ scope: z.enum(['item', 'dataset']), id: idSchema, offset: z.int().nonnegative(), limit: z.int().min(1).max(500) }))
    .output(z.object({ total: z.int(), deleted: z.array(deletedAnnotationSchema) })),
}
