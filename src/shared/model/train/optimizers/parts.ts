import { z } from 'zod'
import { advanced, fraction } from '../parts.ts'

const ruleSchema = z.strictObject({
  match: z.string().min(1).max(200),
  lrMult: z.number().min(0).max(1000).default(1),
  decayMult: z.number().min(0).max(1000).default(1),
})

export const lr = (rate: number) => z.number().positive().max(10).default(rate)
/** At 1 the bias correction would divide by zero. */
const beta = fraction.max(0.9999999)
export const betas = (first: number, second: number) => z.tuple([beta, beta]).default([first, second]).meta(advanced)
export const eps = z.number().positive().max(1).default(1e-8).meta(advanced)

/** Norms keep their scale: no weight decay. */
export const normRules = [
  { match: 'norm', lrMult: 1, decayMult: 0 },
  { match: '.bn.', lrMult: 1, decayMult: 0 },
]

/** What every optimizer is told about the update around it. */
export const updateKeys = {
  /** The gradient is scaled down to this L2 norm; null leaves it alone. */
  clipNorm: z.number().positive().nullable().default(1).meta(advanced),
  /** Every value of the gradient is limited to plus or minus this, after clipNorm; null leaves it alone. */
  clipValue: z.number().positive().nullable().default(null).meta(advanced),
  accumulate: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .meta({ ...advanced, unit: 'batches' }),
  /** The longest `match` that is part of a parameter's name decides; the multipliers apply to lr and weightDecay. */
  rules: z.array(ruleSchema).max(64).default(normRules).meta(advanced),
  /** Multiplies the rate of every layer by this once for each layer above it; 1 leaves all layers alike. */
  layerDecay: fraction
    .min(0.01)
    .default(1)
    .meta({ ...advanced, step: 0.05 }),
  /** Parameters whose name contains one of these keep their values and get no gradient. */
  freeze: z.array(z.string().min(1).max(200)).max(64).default([]).meta(advanced),
}
