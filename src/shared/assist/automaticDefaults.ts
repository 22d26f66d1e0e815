import { automaticOptionsSchema, type AutomaticOptions } from '../model/assistJobs.ts'

/** Fewer points than the official generator: on two cores a picture takes seconds, not minutes. */
export const firstOptions: AutomaticOptions = automaticOptionsSchema.parse({ pointsPerSide: 16 })

/**
 * The studio's own small SAM, also one trained further, is less sure of itself than the official models, for which the usual thresholds were made, and
 * finds parts beside their objects (measured: docs/adr/0016).
 */
export const smallOptions: AutomaticOptions = { ...firstOptions, predIouThreshold: 0.25, stabilityThreshold: 0.1, wholeObjects: true }

/** What a model begins with. */
export const automaticDefaults = (isSmall: boolean): AutomaticOptions => (isSmall ? smallOptions : firstOptions)
