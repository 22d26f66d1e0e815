import { z } from 'zod'
import { emaSchema } from './train/ema.ts'
import { optimizerSchema } from './train/optimizers/table.ts'
import { scheduleSchema } from './train/schedules/table.ts'

const channels = z.int().min(4).max(1024)

/** Widths of the small SAM; every number is part of a trained model's weights. */
export const smallSamWidths = {
  /** Channels of the convolutional stem at strides 2, 4 and 8. */
  stem: z.tuple([channels, channels, channels]).default([24, 48, 96]),
  /** Tokens at stride 16. */
  dim: channels.default(192),
  depth: z.int().min(1).max(32).default(5),
  heads: z.int().min(1).max(32).default(6),
  /** Width of the decoder and of the embedding at stride 16. */
  decoderDim: channels.default(128),
  decoderHeads: z.int().min(1).max(32).default(4),
  decoderLayers: z.int().min(1).max(8).default(2),
  /** Channels of the embedding at strides 8 and 4. */
  middle: channels.default(48),
  fine: channels.default(24),
}
const smallSamSchema = z.strictObject({ type: z.literal('smallSam'), ...smallSamWidths })
export type SmallSamConfig = Omit<z.infer<typeof smallSamSchema>, 'type'>

/** A training of the small SAM on rendered scenes: what lies in its folder as config.json. */
export const samTrainConfigSchema = z.strictObject({
  model: smallSamSchema.prefault({ type: 'smallSam' }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  /**
   * What this one begins with: the folder of another run, its newest weights (averaged where they are kept), or a weights.safetensors of a small SAM of the
   * same sizes; seen from this one's folder, else from where the command is given. null begins with random ones.
   */
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
      /** Held-out scenes of a validation, each with up to three objects. */
      validationScenes: z.int().min(1).max(10_000).default(40),
    })
    .prefault({}),
  threads: z.int().min(1).max(64).default(2),
})
export type SamTrainConfig = z.infer<typeof samTrainConfigSchema>
