import { z } from 'zod'
import { constantSchema } from './constant.ts'
import { cosineSchema } from './cosine.ts'
import { oneCycleSchema } from './oneCycle.ts'
import { polySchema } from './poly.ts'
import { stepSchema } from './step.ts'

/** Learning-rate schedules by `type`; the closed forms are in compute/optim/schedules. */
export const scheduleSchema = z.discriminatedUnion('type', [polySchema, cosineSchema, stepSchema, oneCycleSchema, constantSchema])
export type Schedule = z.infer<typeof scheduleSchema>
