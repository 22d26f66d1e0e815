import { z } from 'zod'
import { inferenceSchema } from '../../model/train/inference.ts'
import { datasetCertaintySchema } from '../../model/certainty.ts'
import { idSchema } from '../../model/ids.ts'
import { itemFilterSchema } from '../../model/item.ts'
import { modelRecordSchema, precisionSchema, predictionSchema } from '../../model/modelRecord.ts'
import { classTableSchema } from '../../model/run.ts'
import { command, job, jobStarted, nothing, query } from './base.ts'

export const evaluationSchema = z.object({
  items: z.int(),
  mIoU: z.number().nullable(),
  mAcc: z.number().nullable(),
  aAcc: z.number().nullable(),
  table: classTableSchema,
})
export type Evaluation = z.infer<typeof evaluationSchema>

export const modelsApi = {
  list: query.input(nothing).output(z.array(modelRecordSchema)),
  get: query.input(z.object({ modelId: idSchema })).output(modelRecordSchema),
  /** Writes the ONNX file, runs it on real pictures against the training graph; job result: { modelId }. Errors: model/parity-failed, checkpoint/not-found. */
  export: job
    .input(
      z.object({ runId: idSchema, checkpoint: z.enum(['best', 'last']), precision: precisionSchema, name: z.string().max(200).optional() }),
    )
    .output(jobStarted),
  /** Runs the model on an item or on an uploaded picture. Errors: model/not-found, file/unreadable. */
  predict: command
    .input(
      z.object({
        modelId: idSchema,
        source: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('item'), itemId: idSchema }),
          z.object({ kind: z.literal('upload'), uploadId: z.string() }),
        ]),
      }),
    )
    .output(predictionSchema),
  /**
   * Scores a run's checkpoint on what it was trained with, or a model on any dataset; job result: evaluationSchema.
   * Errors: checkpoint/not-found, model/unsupported (other classes), run/no-training-items.
   */
  evaluate: job
    .input(
      z.object({
        source: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('run'), runId: idSchema, checkpoint: z.enum(['best', 'last']) }),
          z.object({ kind: z.literal('model'), modelId: idSchema, datasetId: idSchema }),
        ]),
        splits: z.array(z.string()).min(1),
        /** Absent: as the run validated; a model: once, as a whole. */
        inference: inferenceSchema.optional(),
      }),
    )
    .output(jobStarted),
  /**
   * Asks a model how sure it is of the pictures of a list, and keeps it for the filter and the rule of the next picture; those that the model knows are
   * left out unless `again`. Job result: certaintyReportSchema. Errors: model/not-found, dataset/not-found, process/gone.
   */
  certainty: job
    .input(z.object({ modelId: idSchema, datasetId: idSchema, filter: itemFilterSchema, again: z.boolean().default(false) }))
    .output(jobStarted),
  /** Which models looked at how many pictures of a dataset, and when, the newest first. */
  certaintyOf: query.input(z.object({ datasetId: idSchema })).output(z.array(datasetCertaintySchema)),
  remove: command.input(z.object({ modelId: idSchema })).output(nothing),
}
