import { z } from 'zod'
import { wireErrorSchema } from '../../errors.ts'
import { configRecordSchema } from '../../model/config/origin.ts'
import { idSchema } from '../../model/ids.ts'
import { classTableSchema, runSchema } from '../../model/run.ts'
import { job, jobStarted, query } from './base.ts'

const names = z.array(z.string())
const classSchema = z.object({ id: z.string().nullable(), name: z.string(), color: z.string() })
const changeSchema = z.object({
  name: z.string(),
  before: z.union([z.string(), z.number()]),
  now: z.union([z.string(), z.number()]),
})

/** Names are cut after `listed`; the count is whole. */
const someNames = z.object({ count: z.int(), names })

export const dataDiffSchema = z.object({
  same: z.boolean(),
  onlyInBaseline: someNames,
  onlyHere: someNames,
  changedPictures: someNames,
  changedLabels: someNames,
  unknown: z.int(),
  moved: z.object({ count: z.int(), items: z.array(z.object({ name: z.string(), from: names, to: names })) }),
  classes: z.object({
    added: names,
    missing: names,
    renamed: z.array(changeSchema),
    recoloured: z.array(changeSchema),
    renumbered: z.array(changeSchema),
  }),
})

/** What a run trained and validated on, and how that differs from the baseline's. */
export const comparedDataSchema = z.object({
  runId: idSchema,
  /** Null where its folder does not say (it never froze its data, or they are gone). */
  seen: z
    .object({
      hash: z.string(),
      /** Null where the dataset is no longer in the project. */
      dataset: z.string().nullable(),
      otherDatasets: names,
      classes: z.array(classSchema),
      items: z.int(),
      splits: z.array(z.object({ name: z.string(), items: z.int() })),
    })
    .nullable(),
  /** Against the baseline; null where one of the two is not known. */
  diff: dataDiffSchema.nullable(),
})
export type ComparedData = z.infer<typeof comparedDataSchema>

export const comparedRunSchema = z.object({
  run: runSchema,
  config: z.record(z.string(), z.unknown()),
  record: configRecordSchema.nullable(),
  /** Class tables of the best and of the last validation; null without one. */
  tables: z.object({ best: classTableSchema.nullable(), last: classTableSchema.nullable() }),
})
export type ComparedRun = z.infer<typeof comparedRunSchema>

/** Predictions of one run for the pictures of a comparison. */
export const predictedRunSchema = z.object({
  runId: idSchema,
  /** What predicts: the best checkpoint, or the last where nothing was validated; null without one. */
  checkpoint: z.object({ name: z.string(), step: z.int(), best: z.boolean() }).nullable(),
  classes: z.array(classSchema),
  /** Names its layers: '<key>.<picture>.<layer>' of asset kind 'comparison'. */
  key: z.string().nullable(),
  /** By picture: pixels as (true class, predicted class, count) triples in own class numbers; null where it has not been predicted. */
  counts: z.array(z.array(z.int()).nullable()),
})

export const comparedPicturesSchema = z.object({
  baselineId: idSchema,
  /** Names the layers 'picture' and 'truth': '<key>.<picture>.<layer>' of asset kind 'comparison'. */
  key: z.string(),
  classes: z.array(classSchema),
  pictures: z.array(z.object({ itemId: z.string(), name: z.string(), width: z.int(), height: z.int() })),
  /** Validation pictures there are; more than `pictures` where only some are compared. */
  total: z.int(),
  /** Those that were chosen, but whose picture or labels are no longer there or cannot be read. */
  gone: z.int(),
  runs: z.array(predictedRunSchema),
  /** By picture: disagreement of each pair of runs, a triangle in the order of pairPlace; null while not every run has predicted. */
  pairs: z.array(z.array(z.number().nullable())).nullable(),
})
export type ComparedPictures = z.infer<typeof comparedPicturesSchema>

/** Failed are runs whose checkpoint could not be used. */
export const predictOutcomeSchema = z.object({
  pictures: z.int(),
  predicted: z.int(),
  failed: z.array(z.object({ runId: idSchema, error: wireErrorSchema })),
})
export type PredictOutcome = z.infer<typeof predictOutcomeSchema>

const compared = z
  .array(idSchema)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, 'a run is there twice')
const pictureRequest = z.object({
  runIds: compared,
  baselineId: idSchema,
  /** Of more validation pictures than this, so many spread evenly over them are compared. */
  limit: z.int().min(1).max(2_000).default(200),
})

const reportRequestSchema = z.object({
  runIds: compared,
  baselineId: idSchema,
  language: z.enum(['en', 'zh-CN']).default('en'),
  /** Words of settings by their key, in that language; a setting without is called by its path. */
  labels: z.record(z.string().max(500), z.string().max(500)).default({}),
  /** What is known, or what runs at rest still have to predict as well. */
  pictures: z.enum(['none', 'known', 'predict']).default('known'),
})
export type ReportRequest = z.infer<typeof reportRequestSchema>

/** The asset of kind 'report', and the name to save it under. */
export const reportResultSchema = z.object({ assetId: z.string(), bytes: z.int(), fileName: z.string() })
export type ReportResult = z.infer<typeof reportResultSchema>

export const comparisonsApi = {
  /** Configs with origins, and class tables. Errors: run/not-found. */
  get: query.input(z.object({ runIds: compared })).output(z.array(comparedRunSchema)),
  /** What each run saw, against the baseline (one of them). Errors: run/not-found, input/invalid. */
  data: query
    .input(z.object({ runIds: compared, baselineId: idSchema, listed: z.int().min(0).max(100_000).default(200) }))
    .output(z.array(comparedDataSchema)),
  /** The baseline's validation pictures with what is known of each run's predictions; computes none. Errors: run/not-found, input/invalid, file/not-found (the baseline's data). */
  pictures: query.input(pictureRequest).output(comparedPicturesSchema),
  /** Predicts what is not known yet and compares the runs pixel by pixel; runs that still train only `withLive`. Job result: predictOutcomeSchema. Errors: run/not-found, file/*. */
  predict: job.input(pictureRequest.extend({ withLive: z.boolean().default(false) })).output(jobStarted),
  /** Writes everything that is known of runs into one HTML file; job result: reportResultSchema. Errors: run/not-found, input/invalid, disk/*. */
  report: job.input(reportRequestSchema).output(jobStarted),
}
