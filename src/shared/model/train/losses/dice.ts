import { z } from 'zod'
import { advanced } from '../parts.ts'
import { classWeightsKey, countedClassesKey, lossKeys } from './parts.ts'

const perClass = { when: { form: 'perClass' } } as const
const global = { when: { form: 'global' } } as const

export const diceSchema = z.strictObject({
  type: z.literal('dice'),
  ...lossKeys,
  /** perClass: one ratio per picture and class, then the mean (mmsegmentation 1.0); global: one ratio over all classes of a picture (from 1.1 on). */
  form: z.enum(['perClass', 'global']).default('perClass'),
  /** mmsegmentation uses softmax per class and sigmoid by default for the global form. */
  activation: z.enum(['softmax', 'sigmoid']).default('softmax'),
  classes: countedClassesKey.meta(perClass),
  /** Added above and below the ratio, in pixels. */
  smooth: z
    .number()
    .positive()
    .max(1e6)
    .default(1)
    .meta({ ...advanced, ...perClass }),
  /** Of the probabilities in the divisor. */
  exponent: z
    .number()
    .min(1)
    .max(10)
    .default(2)
    .meta({ ...advanced, ...perClass }),
  classWeights: classWeightsKey.meta({ ...advanced, ...perClass }),
  /** The divisor holds the probabilities themselves instead of their squares. */
  naive: z
    .boolean()
    .default(false)
    .meta({ ...advanced, ...global }),
  eps: z
    .number()
    .positive()
    .max(1e6)
    .default(1e-3)
    .meta({ ...advanced, ...global }),
})
