import { z } from 'zod'
import { advanced } from '../parts.ts'

const ruleSchema = z.strictObject({
  match: z.string().min(1).max(200),
  lrMult: z.number().min(0).max(1000).default(1),
  decayMult: z.number().min(0).max(1000).default(1),
})

/** What every optimizer is told about the update around it. */
export const updateKeys = {
  /** The gradient is scaled down to this L2 norm; null leaves it alone. */
  clipNorm: z.number().positive().nullable().default(1).meta(advanced),
  accumulate: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .meta({ ...advanced, unit: 'batches' }),
  /** The longest `match` that is part of a parameter's name decides; the multipliers apply to lr and weightDecay. */
  rules: z
    .array(ruleSchema)
    .max(64)
    .default([
      { match: 'norm', lrMult: 1, decayMult: 0 },
      { match: '.bn.', lrMult: 1, decayMult: 0 },
    ])
    .meta(advanced),
}
