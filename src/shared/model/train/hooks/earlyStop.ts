import { z } from 'zod'

/** Ends a run that no longer gets better; its best checkpoint is what counts. */
export const earlyStopSchema = z.strictObject({
  type: z.literal('earlyStop'),
  monitor: z.enum(['mIoU', 'mAcc', 'aAcc']).default('mIoU'),
  /** Validations in a row without a gain of more than minDelta. */
  patience: z.int().min(1).max(1000).default(10).meta({ unit: 'validations' }),
  minDelta: z.number().min(0).max(1).default(0.001),
})
