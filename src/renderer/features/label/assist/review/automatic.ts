import { automaticOptionsSchema, type AutomaticOptions } from '../../../../../shared/model/assistJobs.ts'

/** The options the panel has a field for, with the range of each; the others stay as in the official generator. */
export const automaticFields = [
  { id: 'pointsPerSide', min: 1, max: 128, step: 1 },
  { id: 'predIouThreshold', min: 0, max: 1, step: 0.01 },
  { id: 'stabilityThreshold', min: 0, max: 1, step: 0.01 },
  { id: 'boxNmsThreshold', min: 0, max: 1, step: 0.05 },
  { id: 'cropLayers', min: 0, max: 4, step: 1 },
  { id: 'minRegionArea', min: 0, max: 1_000_000, step: 1 },
] as const satisfies readonly { id: keyof AutomaticOptions; min: number; max: number; step: number }[]

/** Fewer points than the official generator: on two cores a picture takes seconds, not minutes. */
export const firstOptions: AutomaticOptions = automaticOptionsSchema.parse({ pointsPerSide: 16 })

export const isOptions = (stored: unknown): stored is AutomaticOptions => automaticOptionsSchema.safeParse(stored).success
