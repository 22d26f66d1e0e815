import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'

/** Grows the rate at the beginning: `factor` of it first, all of it in the last step (or epoch) of `length`. 0 and 1 are no warm-up. */
const warmupSchema = (length: number) =>
  z.strictObject({
    type: z.enum(['linear', 'constant']).default('linear'),
    length: z.int().min(0).max(1_000_000).default(length),
    /** With `by: 'epoch'`, epochs make the warm-up itself move once per epoch. */
    unit: z.enum(['step', 'epoch']).default('step'),
    factor: fraction.default(1e-6),
  })

/** What every schedule is told about its clock; `length` is the default warm-up in steps. */
export const clockKeys = (length = 50) => ({
  /** When the rate moves: after every update, or only from epoch to epoch. */
  by: z.enum(['step', 'epoch']).default('step').meta(advanced),
  warmup: warmupSchema(length).prefault({}),
})

/** The lowest rate; like the rate itself it is multiplied by a group's multiplier. */
export const minLr = z.number().min(0).max(1).default(0).meta(advanced)
/** Where the decay ends, in the unit of `by` from the start of the run; null: with the run. */
export const decayEnd = z.int().min(1).max(100_000_000).nullable().default(null).meta(advanced)
