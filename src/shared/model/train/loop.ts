import { z } from 'zod'
import { advanced, everySchema } from './parts.ts'

export const loopSchema = z.strictObject({
  epochs: z.int().min(1).max(100_000).default(20).meta({ unit: 'epochs' }),
  /** When given, it decides and epochs is ignored. */
  steps: z.int().min(1).max(100_000_000).nullable().default(null).meta({ unit: 'steps' }),
  validateEvery: everySchema.default({ unit: 'epoch', every: 1 }),
  /** From each of these points on, another interval in the unit of validateEvery; for a closer look at the end. */
  validateLater: z
    .array(z.strictObject({ from: z.int().min(1).max(100_000_000), every: z.int().min(1).max(1_000_000) }))
    .max(16)
    .default([])
    .meta(advanced),
  logEvery: z
    .int()
    .min(1)
    .max(100_000)
    .default(1)
    .meta({ ...advanced, unit: 'steps' }),
})

export const checkpointSchema = z.strictObject({
  every: everySchema.default({ unit: 'epoch', every: 1 }),
  /** Periodic checkpoints kept beside last and best. */
  keep: z.int().min(1).max(100).default(2).meta(advanced),
  best: z.enum(['mIoU', 'mAcc', 'aAcc']).default('mIoU').meta(advanced),
})
