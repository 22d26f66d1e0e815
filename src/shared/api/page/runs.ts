import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import {
  curveAxisSchema,
  curveNameSchema,
  curvePointSchema,
  drawnCurveSchema,
  runCurvesSchema,
  smoothingSchema,
} from '../../model/curve.ts'
import { findingSchema } from '../../model/finding.ts'
import { idSchema } from '../../model/ids.ts'
import { configRecordSchema, originSchema } from '../../model/config/origin.ts'
import { memoryPlanSchema } from '../../model/memory.ts'
import {
  classTableSchema,
  metricPointSchema,
  runNameSchema,
  runNotesSchema,
  runPrioritySchema,
  runSchema,
  runTagSchema,
} from '../../model/run.ts'
import { sampleSheetSchema } from '../../model/sampleSheet.ts'
import { command, job, jobStarted, nothing, query, stream } from './base.ts'
import { startWeightsSchema, weightsCheckSchema } from './weights.ts'

const factsSchema = z.record(z.string(), z.union([z.string(), z.number()]))
/**
 * A problem of a config: path inside it, what is wrong in English, the rule and its facts for a page's own words, the nearest valid key or type, and where
 * it was written.
 */
export const configProblemSchema = z.object({
  path: z.string(),
  message: z.string(),
  rule: z.object({ key: z.string(), data: factsSchema }).nullable(),
  nearest: z.string().nullable(),
  place: z.string().nullable(),
})

const plainConfig = z.record(z.string(), z.unknown())
const givenConfig = {
  config: plainConfig,
  /** The preset it was made from, to tell what was changed. */
  preset: z.string().max(200).optional(),
}

/** Augmented samples: asset ids of kind 'preview' (the picture, and its labels in class colours), and the classes each one shows. */
export const augmentationPreviewSchema = z.object({
  classes: z.array(z.object({ name: z.string(), color: z.string() })),
  samples: z.array(z.object({ name: z.string(), imageAsset: z.string(), labelAsset: z.string(), classes: z.array(z.int()) })),
})
export type AugmentationPreview = z.infer<typeof augmentationPreviewSchema>

export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run: runSchema }),
  /** It was deleted for good. */
  z.object({ type: z.literal('runGone'), runId: idSchema }),
  z.object({ type: z.literal('metrics'), runId: idSchema, points: z.array(metricPointSchema) }),
  z.object({ type: z.literal('classTable'), runId: idSchema, table: classTableSchema }),
  z.object({ type: z.literal('finding'), runId: idSchema, finding: findingSchema }),
  z.object({ type: z.literal('samples'), runId: idSchema, sheet: sampleSheetSchema }),
  z.object({ type: z.literal('log'), runId: idSchema, lines: z.array(z.string()) }),
])
export type RunEvent = z.infer<typeof runEventSchema>

const someRuns = z.object({ runIds: z.array(idSchema).min(1).max(1_000) })

/** A name in a folder, never a path. */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\\0]+$/)
  .refine((name) => name !== '.' && name !== '..')

export const runsApi = {
  /** JSON Schema of the training config, from which the launch form is generated. */
  schema: query.input(nothing).output(z.object({ schema: z.record(z.string(), z.unknown()) })),
  presets: query.input(nothing).output(z.array(z.object({ id: z.string(), config: plainConfig }))),
  /** The texts of the presets and of their bases, for a command line that lays a file over them. */
  presetTexts: query.input(nothing).output(z.array(z.object({ from: z.literal('preset'), name: z.string(), text: z.string() }))),
  /** Checks a config and says what it would do, before anything starts. */
  preflight: query.input(z.object({ datasetId: idSchema, ...givenConfig })).output(
    z.object({
      problems: z.array(configProblemSchema),
      warnings: z.array(z.object({ key: z.string(), data: factsSchema })),
      resolved: plainConfig.nullable(),
      origins: z.record(z.string(), originSchema),
      /** Null where the config names no weights file. */
      weights: weightsCheckSchema.nullable(),
      /** Null where nothing can be said, e.g. with problems. */
      memory: memoryPlanSchema.nullable(),
      trainItems: z.int(),
      valItems: z.int(),
      stepsPerEpoch: z.int(),
      totalSteps: z.int(),
    }),
  ),
  /** Freezes a snapshot of the dataset, stores the resolved config and starts the compute process; while another run trains, it waits (status queued). Errors: config/invalid, run/no-training-items, run/no-classes, device/not-available. */
  launch: command
    .input(
      z.object({
        datasetId: idSchema,
        name: z.string().max(200).optional(),
        ...givenConfig,
        record: configRecordSchema.optional(),
        priority: runPrioritySchema.default(0),
      }),
    )
    .output(runSchema),
  /** Shows what a training of this config would be fed in an epoch; job result: augmentationPreviewSchema. Errors: config/*, run/no-training-items, run/no-classes. */
  previewAugmentation: job
    .input(
      z.object({
        datasetId: idSchema,
        ...givenConfig,
        epoch: z.int().min(0).max(100_000).default(0),
        count: z.int().min(1).max(64).default(12),
      }),
    )
    .output(jobStarted),
  list: query.input(nothing).output(z.array(runSchema)),
  get: query.input(z.object({ runId: idSchema })).output(
    z.object({
      run: runSchema,
      config: plainConfig,
      /** Where its values come from; null for a run whose folder does not say. */
      record: configRecordSchema.nullable(),
      /** The preset it was made from, as it was then; null for a run without one. */
      preset: z.object({ name: z.string(), config: plainConfig }).nullable(),
      classTable: classTableSchema.nullable(),
      /** What it started from; null for weights drawn by chance. */
      weights: startWeightsSchema.nullable(),
      findings: z.array(findingSchema),
      checkpoints: z.array(z.object({ name: z.string(), step: z.int(), best: z.boolean() })),
    }),
  ),
  /** Stored points of the live attempt chain (superseded ones left out), thinned to `maxPoints` per curve by min and max. */
  metrics: query
    .input(z.object({ runId: idSchema, maxPoints: z.int().min(10).max(20_000).default(2_000) }))
    .output(z.array(metricPointSchema)),
  /**
   * Curves of several runs as they are drawn (null: all of each), thinned to `maxPoints` per line by minimum and maximum per column of the range; the
   * moving average is taken over all stored points before that. Errors: run/not-found.
   */
  curves: query
    .input(
      z.object({
        runIds: z.array(idSchema).min(1).max(64),
        curves: z.array(curveNameSchema).max(200).nullable().default(null),
        axis: curveAxisSchema.default('step'),
        range: z.tuple([z.number(), z.number()]).nullable().default(null),
        maxPoints: z.int().min(10).max(20_000).default(1_000),
        /** Of the stored values behind a smoothed line; absent: as many. */
        rawPoints: z.int().min(10).max(20_000).optional(),
        smoothing: smoothingSchema.default(0),
      }),
    )
    .output(z.array(drawnCurveSchema)),
  /** What the curves of runs came to, with the course of one of them. Errors: run/not-found. */
  summaries: query
    .input(
      z.object({
        runs: z
          .array(z.object({ runId: idSchema, spark: curveNameSchema.nullable() }))
          .min(1)
          .max(64),
      }),
    )
    .output(z.array(runCurvesSchema)),
  /** Every stored point of a live curve, a page at a time: the first `limit` after the step `after`; null for a value that is no finite number. Errors: run/not-found. */
  points: query
    .input(
      z.object({
        runId: idSchema,
        ...curveNameSchema.shape,
        after: z.int().min(-1).default(-1),
        limit: z.int().min(1).max(10_000).default(5_000),
      }),
    )
    .output(z.array(curvePointSchema)),
  /** Changes of one run, or of all (runId null: run records only); conflated, at most 10 per second. */
  watch: stream.input(z.object({ runId: idSchema.nullable() })).output(eventIterator(runEventSchema)),
  /** What the network said of fixed validation pictures, sheet by sheet; layers are assets 'sample/<run>.<step>.<picture>.<layer>'. */
  samples: query.input(z.object({ runId: idSchema })).output(z.array(sampleSheetSchema)),
  log: query.input(z.object({ runId: idSchema, tail: z.int().min(1).max(2_000) })).output(z.array(z.string())),
  /** What a user writes on a run. Errors: run/not-found. */
  update: command
    .input(
      z.object({
        runId: idSchema,
        name: runNameSchema.optional(),
        tags: z.array(runTagSchema).max(32).optional(),
        notes: runNotesSchema.optional(),
        priority: runPrioritySchema.optional(),
      }),
    )
    .output(runSchema),
  /** Puts runs that are at rest into the trash. Errors: run/not-found, run/busy. */
  trash: command.input(someRuns).output(z.array(runSchema)),
  restore: command.input(someRuns).output(z.array(runSchema)),
  /** Deletes runs of the trash for good, with their folders; models made from them stay. Errors: run/not-found, run/busy, input/invalid (not in the trash), disk/*. */
  purge: command.input(someRuns).output(nothing),
  /** Ends after the step in progress, with a checkpoint; a run that waits, at once. */
  stop: command.input(z.object({ runId: idSchema })).output(nothing),
  /** Packs a run that is at rest, with its checkpoints, as `name` into a folder; job result: { file, bytes }. Errors: run/busy, file/too-large, disk/*. */
  exportPack: job.input(z.object({ runId: idSchema, folderId: z.string(), name: fileName })).output(jobStarted),
  /** Takes a packed run into the project under its own id; job result: { runId, number }. Errors: run/bad-pack, run/exists, disk/*. */
  importPack: job.input(z.object({ folderId: z.string(), name: fileName })).output(jobStarted),
  /** From the last checkpoint, as a new attempt; `set` may change the length and what does not touch the curve; while another run trains, it waits. Errors: run/not-resumable, checkpoint/not-found, run/busy (it is live itself), config/*. */
  resume: command.input(z.object({ runId: idSchema, set: z.array(z.string().max(2_000)).max(64).default([]) })).output(runSchema),
}
