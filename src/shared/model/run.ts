import { z } from 'zod'
import { wireErrorSchema } from '../errors.ts'
import { idSchema } from './ids.ts'

export const runStatusSchema = z.enum([
  'created',
  'queued',
  'preparing',
  'running',
  'validating',
  'saving',
  'stopping',
  'stopped',
  'paused',
  'finished',
  'failed',
  'interrupted',
])
export type RunStatus = z.infer<typeof runStatusSchema>

const live: ReadonlySet<RunStatus> = new Set(['created', 'queued', 'preparing', 'running', 'validating', 'saving', 'stopping'])
/** Something still works on it, or is about to; everything else is at rest. */
export const isLive = ({ status }: { readonly status: RunStatus }): boolean => live.has(status)

export const runNameSchema = z.string().trim().min(1).max(200)
export const runTagSchema = z.string().trim().min(1).max(40)
export const runNotesSchema = z.string().max(20_000)
export const runPrioritySchema = z.int().min(-1000).max(1000)

/** A training run; nothing here is particular to one task. */
export const runSchema = z.object({
  id: idSchema,
  number: z.int(),
  name: z.string(),
  taskId: z.string(),
  datasetId: idSchema,
  snapshotHash: z.string(),
  status: runStatusSchema,
  attempt: z.int(),
  step: z.int(),
  totalSteps: z.int(),
  epoch: z.number(),
  totalEpochs: z.number(),
  /** The provider really used ('cpu', 'webgpu'…), once known. */
  device: z.string().nullable(),
  primary: z.object({ name: z.string(), best: z.number(), bestStep: z.int(), last: z.number() }).nullable(),
  leftSeconds: z.number().nullable(),
  error: wireErrorSchema.nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  tags: z.array(runTagSchema).max(32).default([]),
  notes: runNotesSchema.default(''),
  /** Of the runs that wait, the greatest goes first; equals in the order they came. */
  priority: runPrioritySchema.default(0),
  /** Since when it waits for its turn. */
  queuedAt: z.number().nullable().default(null),
  /** Since when it lies in the trash. */
  trashedAt: z.number().nullable().default(null),
})
export type Run = z.infer<typeof runSchema>

/** '#3 camvid tiny'; a run without a name of its own is called by its number alone. */
export const runTitle = (run: Pick<Run, 'number' | 'name'>): string =>
  run.name === '' || run.name === `#${run.number}` ? `#${run.number}` : `#${run.number} ${run.name}`

/** The order in which runs that wait will train. */
export const byTurn = (a: Run, b: Run): number => b.priority - a.priority || (a.queuedAt ?? 0) - (b.queuedAt ?? 0)

/** One point of a curve; keyed (run, attempt, step, split, name). wall in ms since 1970. */
export const metricPointSchema = z.object({
  attempt: z.int(),
  step: z.int(),
  epoch: z.number(),
  split: z.string(),
  name: z.string(),
  value: z.number(),
  wall: z.number(),
})
export type MetricPoint = z.infer<typeof metricPointSchema>

/** Per-class scores of one validation: columns named by the task (IoU, Acc…), null where the class never occurred. */
export const classTableSchema = z.object({
  step: z.int(),
  split: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.object({ classId: idSchema.nullable(), name: z.string(), color: z.string(), values: z.array(z.number().nullable()) })),
  /** How much of each row was taken for which (pixels, objects…): a row per truth, a column per answer, in the order of `rows`. Older runs have none. */
  confusion: z.array(z.array(z.number())).optional(),
})
export type ClassTable = z.infer<typeof classTableSchema>
