import { z } from 'zod'
import { earlyStopSchema } from './earlyStop.ts'
import { healthSchema } from './health.ts'
import { samplesSchema } from './samples.ts'
import { tensorboardSchema } from './tensorboard.ts'

/** Optional parts of the loop by `type`; compute/train/hooks builds each of them. Timer, log, validation and checkpoints are always there. */
export const hookSchema = z.discriminatedUnion('type', [healthSchema, samplesSchema, tensorboardSchema, earlyStopSchema])
export type HookConfig = z.infer<typeof hookSchema>

/** Each type at most once. */
export const hooksSchema = z
  .array(hookSchema)
  .max(16)
  .refine((hooks) => new Set(hooks.map(({ type }) => type)).size === hooks.length, {
    message: 'a hook is named twice',
    params: { rule: { key: 'hookTwice', data: {} } },
  })
  .default([{ type: 'health', pause: true, window: 50 }, { type: 'samples', count: 4, keep: 20 }, { type: 'tensorboard' }])
