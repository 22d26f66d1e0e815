import { z } from 'zod'
import { idSchema } from './ids.ts'
import { metricPointSchema } from './run.ts'

/** What a curve is drawn over: updates, epochs, or seconds of training since its first point (pauses between attempts left out). */
export const curveAxisSchema = z.enum(['step', 'epoch', 'time'])
export type CurveAxis = z.infer<typeof curveAxisSchema>

/** Which curve of a run. */
export const curveNameSchema = z.object({ split: z.string().max(200), name: z.string().max(200) })
export type CurveName = z.infer<typeof curveNameSchema>

/** Points of one line in order; `x` is null where it is the step. */
const lineSchema = z.object({ steps: z.array(z.int()), x: z.array(z.number()).nullable(), values: z.array(z.number()) })
export type CurveLine = z.infer<typeof lineSchema>

/** A curve as it is drawn: per pixel column its lowest and its highest point, of the stored values and of their moving average over all points. */
export const drawnCurveSchema = z.object({
  runId: idSchema,
  ...curveNameSchema.shape,
  /** Stored points in the range. */
  points: z.int(),
  raw: lineSchema,
  /** Null without smoothing. */
  smooth: lineSchema.nullable(),
})
export type DrawnCurve = z.infer<typeof drawnCurveSchema>

/** What a curve came to. */
export const curveSummarySchema = z.object({
  ...curveNameSchema.shape,
  points: z.int(),
  last: z.number(),
  lastStep: z.int(),
  min: z.number(),
  minStep: z.int(),
  max: z.number(),
  maxStep: z.int(),
})
export type CurveSummary = z.infer<typeof curveSummarySchema>

export const runCurvesSchema = z.object({
  runId: idSchema,
  curves: z.array(curveSummarySchema),
  /** The course of the curve asked for in a few means; empty where the run has no such curve. */
  spark: z.array(z.number()),
})
export type RunCurves = z.infer<typeof runCurvesSchema>

/** A stored point; null for a value that is no finite number. */
export const curvePointSchema = metricPointSchema.extend({ value: z.number().nullable() })
export type CurvePoint = z.infer<typeof curvePointSchema>

/** Weights of the moving average that can be asked for. */
export const smoothingSchema = z.number().min(0).max(0.9999)
