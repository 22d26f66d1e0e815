import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { mostModelFiles } from '../../assist/modelUpload.ts'
import {
  assistEventSchema,
  assistModelSchema,
  assistPromptSchema,
  assistWindowSchema,
  embeddingCacheSchema,
  prepareEventSchema,
  unreadModelSchema,
} from '../../model/assist.ts'
import { automaticOptionsSchema, boxJobSchema, reviewSchema } from '../../model/assistJobs.ts'
import { idSchema } from '../../model/ids.ts'
import { samImportOptionsSchema, samReportSchema } from '../../model/samImport.ts'
import { samOverridesSchema } from '../../model/samModel.ts'
import { command, job, jobStarted, nothing, query, stream } from './base.ts'

/** A picture, and the part of it to look at; null: all of it (`viewWindow` says which). `modelId` absent: the default. */
const looked = z.object({
  itemId: idSchema,
  modelId: idSchema.optional(),
  window: assistWindowSchema.nullable(),
})

export const assistApi = {
  /** Every SAM that this user has; the default among them; what of the list cannot be read. Errors: disk/failed. */
  models: query
    .input(nothing)
    .output(z.object({ models: z.array(assistModelSchema), defaultId: idSchema.nullable(), unread: z.array(unreadModelSchema) })),
  /**
   * Answers a prompt: states first, one result at the end; leaving it cancels at once. Errors: assist/no-model, assist/model-not-found,
   * assist/quarantined, assist/* of the model, item/not-found, file/*, process/gone (the next call starts a new process).
   */
  segment: stream.input(looked.extend(assistPromptSchema.shape)).output(eventIterator(assistEventSchema)),
  /** Makes the embedding ready before the first click. Errors: as `segment`. */
  prepare: stream.input(looked).output(eventIterator(prepareEventSchema)),
  /** Embeddings this page will want next, in this order; replaces what it wanted before. Whatever anybody waits for comes first. */
  prefetch: command
    .input(
      z.object({ itemIds: z.array(idSchema).max(64), modelId: idSchema.optional(), window: assistWindowSchema.nullable().default(null) }),
    )
    .output(nothing),
  /**
   * Boxes of pictures to masks, polygons or tighter boxes with one model; job result: boxReportSchema. Locked ones stay. Errors: assist/*,
   * item/not-found, dataset/not-found.
   */
  boxesToMasks: job.input(boxJobSchema).output(jobStarted),
  /** Takes back what a job with boxes, or one that copied objects into pictures, did, also one that was cancelled or failed (its id is the batch's), on all pictures on which nobody changed it since (`left`: on how many somebody did). */
  undoBatch: command.input(z.object({ batchId: idSchema })).output(z.object({ undone: z.int(), left: z.int() })),
  /** Every object of a picture, for review; nothing is written. Job result: { reviewId, masks: how many }. Errors: assist/*, item/not-found. */
  automatic: job
    .input(
      z.object({
        itemId: idSchema,
        modelId: idSchema.optional(),
        options: automaticOptionsSchema.default(automaticOptionsSchema.parse({})),
      }),
    )
    .output(jobStarted),
  /**
   * What a trained model of the project predicts on a picture, region by region as prompts of a SAM, for review; nothing is written. Job result as
   * `automatic`. Errors: assist/*, model/not-found, item/not-found.
   */
  fromPrediction: job
    .input(
      z.object({
        itemId: idSchema,
        predictionModelId: idSchema,
        modelId: idSchema.optional(),
        /** Only regions of these classes; null: of all. */
        classes: z.array(z.string()).max(1_000).nullable().default(null),
        /** Smaller regions are left out. */
        leastPx: z.int().min(1).max(100_000_000).default(100),
      }),
    )
    .output(jobStarted),
  /** What a job of automatic masks found, best first; kept for the last few. Errors: job/not-found. */
  review: query.input(z.object({ reviewId: idSchema })).output(reviewSchema),
  /**
   * Files of this machine by their ids (`folders.list`), or files that were sent (POST /upload), then with those that hold their weights; what they are is
   * recognised. Errors: assist/*, file/not-found, folder/*, input/invalid (some of this machine, some sent).
   */
  addModel: command
    .input(z.object({ fileIds: z.array(z.string()).min(1).max(mostModelFiles), name: z.string().trim().min(1).max(120).optional() }))
    .output(assistModelSchema),
  /** What an official checkpoint (.pth, .safetensors) holds and what of it would be loaded. Errors: weights/*, file/*. */
  inspectCheckpoint: query.input(z.object({ fileId: z.string(), options: samImportOptionsSchema })).output(samReportSchema),
  /** Converts an official checkpoint and adds it to the models; job result: samConversionSchema. Errors: as `inspectCheckpoint`, disk/*, model/parity-failed. */
  importCheckpoint: job
    .input(z.object({ fileId: z.string(), name: z.string().trim().min(1).max(120).optional(), options: samImportOptionsSchema }))
    .output(jobStarted),
  /** `retry`: out of its quarantine, and with its other half as it is now. Errors: assist/model-not-found. */
  changeModel: command
    .input(
      z.object({
        modelId: idSchema,
        name: z.string().trim().min(1).max(120).optional(),
        isDefault: z.literal(true).optional(),
        /** Replace all that were there. Errors: assist/* where the model cannot be used like that. */
        overrides: samOverridesSchema.optional(),
        retry: z.literal(true).optional(),
      }),
    )
    .output(assistModelSchema),
  /** Forgets it; files that the studio wrote are deleted, the user's own stay. Errors: assist/model-not-found, assist/no-model (the shipped one stays). */
  removeModel: command.input(z.object({ modelId: idSchema })).output(nothing),
  /** What the embeddings of the open project take; nothing where none is open. */
  cache: query.input(nothing).output(embeddingCacheSchema),
  /** Another limit, which belongs to the user and not to a project, or (`clear`) all of them gone but those of a live training; they can be made again. */
  changeCache: command
    .input(
      z.object({
        limitBytes: z
          .number()
          .int()
          .min(0)
          .max(2 ** 44)
          .optional(),
        clear: z.literal(true).optional(),
      }),
    )
    .output(embeddingCacheSchema),
}
