import { z } from 'zod'
import { idSchema } from '../../model/ids.ts'
import { tuneBaseSchema, tunePlanSchema, tuneScoresSchema } from '../../model/samTune.ts'
import { job, jobStarted, nothing, query } from './base.ts'

/**
 * Training a SAM on the masks of a dataset. It is an ordinary run: `runs.launch` with a config of task 'promptedMask' (model/samTune.ts; keys left out
 * have defaults) starts or queues it; `runs.*` list, watch, stop, resume and draw it. Curves: split `train` has loss, mask1…, iou1… (the number is that
 * of the answer: 1 is the first prompt); split `val` has the scores of `samScoreNames`, with a point at step 0 before anything was learnt. Sample sheets
 * (`runs.samples`) show one held-out object each after three clicks, with `histogram` and `clicks`.
 */
export const tuningApi = {
  /** The models that can be trained, the default of them first; empty: none has its weights here. */
  bases: query.input(nothing).output(z.array(tuneBaseSchema)),
  /** JSON Schema of the config, to make a form of. */
  schema: query.input(nothing).output(z.object({ schema: z.record(z.string(), z.unknown()) })),
  /** What a training would do; nothing is started or written. Errors: dataset/not-found, config/* (a config that is not one). */
  plan: query.input(z.object({ datasetId: idSchema, config: z.record(z.string(), z.unknown()) })).output(tunePlanSchema),
  /** Scores before and after. Errors: run/not-found. */
  scores: query.input(z.object({ runId: idSchema })).output(tuneScoresSchema),
  /**
   * Writes the weights of a run as a model and puts it into the list of `assist.models`, from where it segments at once and can be trained again; also
   * while the run goes on. A checkpoint that is in the list already stays there, under the name it has: job result { modelId, isNew }. `name` absent: that
   * of the run; `makeDefault`: used wherever no model is named. Errors: run/not-found, checkpoint/not-found, checkpoint/damaged, model/parity-failed, disk/*.
   */
  publish: job
    .input(
      z.object({
        runId: idSchema,
        checkpoint: z.enum(['best', 'last']).default('best'),
        name: z.string().trim().min(1).max(120).optional(),
        makeDefault: z.boolean().default(false),
      }),
    )
    .output(jobStarted),
}
