import { z } from 'zod'
import { dataSchema } from './train/data/data.ts'
import { deviceSchema } from './train/device.ts'
import { emaSchema } from './train/ema.ts'
import { hooksSchema } from './train/hooks/table.ts'
import { inferenceSchema } from './train/inference.ts'
import { checkpointSchema, loopSchema } from './train/loop.ts'
import { lossListSchema } from './train/losses/table.ts'
import { modelSchema } from './train/models/table.ts'
import { optimizerSchema } from './train/optimizers/table.ts'
import { scheduleSchema } from './train/schedules/table.ts'
import { weightsSchema } from './train/weights.ts'

/**
 * The one schema of a training: the launch form, the command line and the stored run all come from here. Components are chosen by `type` from
 * the typed tables in train/.
 */
export const trainConfigSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  model: modelSchema.prefault({ type: 'segformer' }),
  weights: weightsSchema.default(null),
  data: dataSchema.prefault({}),
  inference: inferenceSchema.prefault({}),
  loss: lossListSchema.prefault([{ type: 'crossEntropy' }]),
  optimizer: optimizerSchema.prefault({ type: 'adamw' }),
  ema: emaSchema.prefault({}),
  schedule: scheduleSchema.prefault({ type: 'poly' }),
  loop: loopSchema.prefault({}),
  checkpoint: checkpointSchema.prefault({}),
  hooks: hooksSchema,
  device: deviceSchema.prefault({}),
  /** Products in float16 with a dynamically scaled loss, where the device can; elsewhere the run computes in float32 and says so. */
  precision: z.enum(['fp32', 'fp16']).default('fp32'),
})
export type TrainConfig = z.infer<typeof trainConfigSchema>

let jsonSchema: Record<string, unknown> | undefined

/** JSON Schema (draft 2020-12) of what a user writes: keys with a default are optional. The launch form is generated from it. Made once, for readers only. */
export function trainConfigJsonSchema(): Readonly<Record<string, unknown>> {
  return (jsonSchema ??= z.toJSONSchema(trainConfigSchema, { io: 'input' }))
}
