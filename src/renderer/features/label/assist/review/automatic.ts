import { z } from 'zod'
import { automaticDefaults } from '../../../../../shared/assist/automaticDefaults.ts'
import { automaticOptionsSchema, type AutomaticOptions, type MaskScores } from '../../../../../shared/model/assistJobs.ts'
import type { Job } from '../../../../../shared/model/job.ts'

/** The options the panel has a field for, with the range of each; the others stay as in the official generator. */
export const automaticFields = [
  { id: 'pointsPerSide', min: 1, max: 128, step: 1 },
  { id: 'predIouThreshold', min: 0, max: 1, step: 0.01 },
  { id: 'stabilityThreshold', min: 0, max: 1, step: 0.01 },
  { id: 'boxNmsThreshold', min: 0, max: 1, step: 0.05 },
  { id: 'cropLayers', min: 0, max: 4, step: 1 },
  { id: 'minRegionArea', min: 0, max: 1_000_000, step: 1 },
] as const satisfies readonly { id: keyof AutomaticOptions; min: number; max: number; step: number }[]

/** What somebody chose; the rest is up to the model, which may be another one next time. */
export type AutomaticChoice = Partial<AutomaticOptions>

/** What a model begins with, and what was chosen instead. */
export const optionsOf = (isSmall: boolean, choice: AutomaticChoice | null): AutomaticOptions => ({
  ...automaticDefaults(isSmall),
  ...choice,
})

/** Whether there are thresholds that such scores pass. */
export const canPass = ({ iou, stability }: MaskScores): boolean => (iou === null || iou > 0) && stability > 0

/** Thresholds a tenth below what came nearest to them, so that something passes. */
export function lowered(options: AutomaticOptions, { iou, stability }: MaskScores): AutomaticOptions {
  const below = (threshold: number, score: number): number => Math.max(0, Math.min(threshold, Math.floor(score * 90) / 100))
  return {
    ...options,
    predIouThreshold: iou === null ? options.predIouThreshold : below(options.predIouThreshold, iou),
    stabilityThreshold: below(options.stabilityThreshold, stability),
  }
}

const choiceSchema = automaticOptionsSchema.partial()
export const isChoice = (stored: unknown): stored is AutomaticChoice | null => stored === null || choiceSchema.safeParse(stored).success

const leftSchema = z.object({ reviewId: z.string(), itemId: z.string(), masks: z.int() })

/** The list of masks a finished job left, and the picture it is of; null: another job, or none. */
export function leftBy(job: Job): z.infer<typeof leftSchema> | null {
  return job.kind === 'automaticMasks' && job.state === 'finished' ? (leftSchema.safeParse(job.result).data ?? null) : null
}
