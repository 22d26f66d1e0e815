import { z } from 'zod'

/** What the health watch can say of a training; the interface turns each into a sentence. */
export const findingKeys = [
  'lossNotFinite',
  'lossExploded',
  'lossStuck',
  'lossVanished',
  'gradientExploded',
  'rateZero',
  'ruleMatchesNothing',
  'classNeverSeen',
  'classNeverPredicted',
  'focalDiluted',
  'focalCollapse',
  'lossDrowned',
  'memoryRestart',
  'batchNormParts',
] as const

export const findingSchema = z.object({
  key: z.enum(findingKeys),
  severity: z.enum(['warning', 'pause']),
  step: z.int(),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Finding = z.infer<typeof findingSchema>
