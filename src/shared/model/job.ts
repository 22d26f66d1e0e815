import { z } from 'zod'
import { wireErrorSchema } from '../errors.ts'
import { idSchema } from './ids.ts'

export const jobKindSchema = z.enum([
  'importDataset',
  'exportDataset',
  'exportCheck',
  'exportModel',
  'demo',
  'predict',
  'evaluate',
  'certainty',
  'previewAugmentation',
  'packRun',
  'adoptRun',
  'compareRuns',
  'report',
  'pyramid',
  'boxesToMasks',
  'automaticMasks',
  'refinePrediction',
  'importSam',
  'publishSam',
  'propagate',
])
export const jobStateSchema = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled'])

export const progressSchema = z.object({
  /** Key of the sentence for the current phase, under 'jobs.phase.'. */
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  /** done per second, and seconds left, once they are known. */
  rate: z.number().nullable(),
  leftSeconds: z.number().nullable(),
})
export type Progress = z.infer<typeof progressSchema>

/** Long work: id, progress, cancel; `result` is the report of its kind (ImportReport, ExportReport, ModelRecord id…), of some kinds also where it was cancelled or failed: what was done until then. */
export const jobSchema = z.object({
  id: idSchema,
  kind: jobKindSchema,
  subject: z.string(),
  state: jobStateSchema,
  progress: progressSchema,
  result: z.unknown().nullable(),
  error: wireErrorSchema.nullable(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
})
export type Job = z.infer<typeof jobSchema>
