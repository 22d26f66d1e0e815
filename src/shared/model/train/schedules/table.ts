import { z } from 'zod'
import { warmupPolySchema } from './warmupPoly.ts'

/** Learning-rate schedules by `type`; the closed forms are in compute/optim/schedule.ts. */
export const scheduleSchema = z.discriminatedUnion('type', [warmupPolySchema])
