import { z } from 'zod'

/** Writes the curves and sample pictures as event files that TensorBoard reads, one per attempt, into the run's folder. */
export const tensorboardSchema = z.strictObject({ type: z.literal('tensorboard') })
