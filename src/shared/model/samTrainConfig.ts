import { z } from 'zod'
import { emaSchema } from './train/ema.ts'
import { optimizerSchema } from './train/optimizers/table.ts'
import { scheduleSchema } from './train/schedules/table.ts'

/** A training of the small SAM on rendered scenes: what lies in its folder as config.json. */
export const samTrainConfigSchema = z.strictObject({
  model: z.strictObject({ type: z.literal('smallSam') }).prefault({ type: 'smallSam' }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  /** Folder of another run whose newest weights (averaged where they are kept) this one begins with; null begins with random ones. */
  start: z.string().min(1).nullable().default(null),
  data: z
    .strictObject({
      /** Side of the rendered pictures in pixels. */
      size: z.int().min(64).max(1024).multipleOf(64).default(256),
      batchSize: z.int().min(1).max(64).default(4),
      /** Prompted objects of every picture. */
      objects: z.int().min(1).max(32).default(5),
      /** Points of a first prompt at most; a box is two. */
      firstPoints: z.int().min(3).max(16).default(4),
      /** Answers per object: the first prompt, then one correction click each. */
      rounds: z.int().min(1).max(8).default(3),
    })
    .prefault({}),
  optimizer: optimizerSchema.prefault({ type: 'adamw' }),
  ema: emaSchema.prefault({ enabled: true }),
  schedule: scheduleSchema.prefault({ type: 'cosine' }),
  loop: z
    .strictObject({
      steps: z.int().min(1).max(100_000_000).default(60_000),
      logEvery: z.int().min(1).default(20),
      checkpointEvery: z.int().min(1).default(250),
      validateEvery: z.int().min(1).default(1000),
    })
    .prefault({}),
  threads: z.int().min(1).max(64).default(2),
})
export type SamTrainConfig = z.infer<typeof samTrainConfigSchema>
