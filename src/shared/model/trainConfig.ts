import { z } from 'zod'

// The one schema of a training: the launch form, the command line and the stored run all come from here. Components are chosen by `type` from a
// typed table. `.meta()` feeds the form: unit, step (of a spinner), advanced (folded away), multipleOf and bounds come from the checks themselves.

const fraction = z.number().min(0).max(1)
const advanced = { advanced: true } as const
const fourSizes = (low: number, high: number) => z.array(z.int().min(low).max(high)).length(4)
const everySchema = z.strictObject({ unit: z.enum(['epoch', 'step']), every: z.int().min(1).max(1_000_000) })

const segformerSchema = z.strictObject({
  type: z.literal('segformer'),
  variant: z.enum(['mit-b0', 'mit-b1', 'mit-b2', 'mit-b3', 'mit-b4', 'mit-b5', 'custom']).default('mit-b0'),
  /** Only for variant 'custom', as are depths, heads and srRatios. */
  dims: fourSizes(4, 1024)
    .optional()
    .meta({ ...advanced, unit: 'channels', when: { variant: 'custom' } }),
  depths: fourSizes(1, 64)
    .optional()
    .meta({ ...advanced, unit: 'blocks', when: { variant: 'custom' } }),
  heads: fourSizes(1, 64)
    .optional()
    .meta({ ...advanced, when: { variant: 'custom' } }),
  srRatios: fourSizes(1, 16)
    .optional()
    .meta({ ...advanced, when: { variant: 'custom' } }),
  /** Decoder width; the official one of the variant when absent. */
  embedDim: z
    .int()
    .min(8)
    .max(1024)
    .optional()
    .meta({ ...advanced, unit: 'channels' }),
  dropPath: fraction
    .max(0.9)
    .default(0.1)
    .meta({ ...advanced, step: 0.05 }),
  dropout: fraction
    .max(0.9)
    .default(0.1)
    .meta({ ...advanced, step: 0.05 }),
})

const modelSchema = z.discriminatedUnion('type', [segformerSchema])

// As in the recipes they come from: `scale` is [width, height], `size` is [height, width].
const edge = z.int().min(1).max(16_384)
const scaleSchema = z.tuple([edge, edge]).meta({ unit: 'px' })
const sizeSchema = z.tuple([edge, edge]).meta({ unit: 'px' })
const rangeSchema = z.tuple([z.number().min(0.01).max(16), z.number().min(0.01).max(16)])

/** One step of a data pipeline; the algorithms are in compute/data/transforms, which checks its own table against this one. */
export const transformSchema = z.discriminatedUnion('type', [
  /** Keeps the proportions: the long side fits max(scale), the short side min(scale), times a factor drawn from `ratio`. */
  z.strictObject({ type: z.literal('RandomResize'), scale: scaleSchema, ratio: rangeSchema.default([0.5, 2]) }),
  /** Cuts `size` out; draws again while one class covers more than catMaxRatio of the labelled pixels. */
  z.strictObject({ type: z.literal('RandomCrop'), size: sizeSchema, catMaxRatio: fraction.default(0.75) }),
  z.strictObject({ type: z.literal('RandomFlip'), prob: fraction.default(0.5) }),
  z.strictObject({
    type: z.literal('PhotoMetricDistortion'),
    brightnessDelta: z.number().min(0).max(255).default(32),
    contrastRange: rangeSchema.default([0.5, 1.5]),
    saturationRange: rangeSchema.default([0.5, 1.5]),
    hueDelta: z.int().min(0).max(90).default(18),
  }),
  z.strictObject({ type: z.literal('Pad'), size: sizeSchema }),
  /** The picture only, keeping the proportions, as RandomResize with factor 1. */
  z.strictObject({ type: z.literal('Resize'), scale: scaleSchema }),
  z.strictObject({ type: z.literal('ResizeToMultiple'), divisor: z.int().min(32).max(1024).multipleOf(32).default(32) }),
])
export type Transform = z.infer<typeof transformSchema>

const dataSchema = z.strictObject({
  trainSplits: z.array(z.string().min(1)).min(1).max(64).default(['train']),
  valSplits: z.array(z.string().min(1)).max(64).default(['val']),
  batchSize: z.int().min(1).max(256).default(4).meta({ unit: 'images' }),
  /** [height, width] of a training crop. */
  cropSize: z
    .tuple([z.int().min(32).max(4096).multipleOf(32), z.int().min(32).max(4096).multipleOf(32)])
    .default([256, 256])
    .meta({ unit: 'px' }),
  /** Decoding threads beside the training; 0 decodes in the loop itself. The result does not depend on it. */
  workers: z.int().min(0).max(32).default(1).meta(advanced),
  /** An empty list is the standard recipe for the crop size: RandomResize, RandomCrop, RandomFlip, PhotoMetricDistortion, Pad. */
  train: z.array(transformSchema).max(32).default([]).meta(advanced),
  /** An empty list is Resize to the crop's short side, then ResizeToMultiple 32. */
  val: z.array(transformSchema).max(32).default([]).meta(advanced),
})

const crossEntropySchema = z.strictObject({
  type: z.literal('crossEntropy'),
  /** Divide by the labelled pixels only; false divides by all pixels, as mmsegmentation does. */
  avgNonIgnore: z.boolean().default(true).meta(advanced),
})

const adamwSchema = z.strictObject({
  type: z.literal('adamw'),
  lr: z.number().positive().max(1).default(1e-3),
  betas: z.tuple([fraction, fraction]).default([0.9, 0.999]).meta(advanced),
  eps: z.number().positive().max(1).default(1e-8).meta(advanced),
  weightDecay: fraction.default(0.01),
  /** The gradient is scaled down to this L2 norm; null leaves it alone. */
  clipNorm: z.number().positive().nullable().default(1).meta(advanced),
  accumulate: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .meta({ ...advanced, unit: 'batches' }),
  /** The longest `match` that is part of a parameter's name decides; the multipliers apply to lr and weightDecay. */
  rules: z
    .array(
      z.strictObject({
        match: z.string().min(1).max(200),
        lrMult: z.number().min(0).max(1000).default(1),
        decayMult: z.number().min(0).max(1000).default(1),
      }),
    )
    .max(64)
    .default([
      { match: 'norm', lrMult: 1, decayMult: 0 },
      { match: '.bn.', lrMult: 1, decayMult: 0 },
    ])
    .meta(advanced),
})

const warmupPolySchema = z.strictObject({
  type: z.literal('warmupPoly'),
  warmupSteps: z.int().min(0).max(1_000_000).default(50).meta({ unit: 'steps' }),
  warmupFactor: fraction.default(1e-6).meta(advanced),
  power: z.number().positive().max(10).default(1).meta(advanced),
  minLr: z.number().min(0).max(1).default(0).meta(advanced),
})

export const trainConfigSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  model: modelSchema.prefault({ type: 'segformer' }),
  data: dataSchema.prefault({}),
  loss: z.discriminatedUnion('type', [crossEntropySchema]).prefault({ type: 'crossEntropy' }),
  optimizer: z.discriminatedUnion('type', [adamwSchema]).prefault({ type: 'adamw' }),
  schedule: z.discriminatedUnion('type', [warmupPolySchema]).prefault({ type: 'warmupPoly' }),
  loop: z
    .strictObject({
      epochs: z.int().min(1).max(100_000).default(20).meta({ unit: 'epochs' }),
      /** When given, it decides and epochs is ignored. */
      steps: z.int().min(1).max(100_000_000).nullable().default(null).meta({ unit: 'steps' }),
      validateEvery: everySchema.default({ unit: 'epoch', every: 1 }),
      logEvery: z
        .int()
        .min(1)
        .max(100_000)
        .default(1)
        .meta({ ...advanced, unit: 'steps' }),
    })
    .prefault({}),
  checkpoint: z
    .strictObject({
      every: everySchema.default({ unit: 'epoch', every: 1 }),
      /** Periodic checkpoints kept beside last and best. */
      keep: z.int().min(1).max(100).default(2).meta(advanced),
      best: z.enum(['mIoU', 'mAcc', 'aAcc']).default('mIoU').meta(advanced),
    })
    .prefault({}),
  device: z
    .strictObject({
      /** 'auto' takes a real GPU if there is one and never a software adapter. */
      provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']).default('auto'),
      /** null: every core. */
      threads: z.int().min(1).max(256).nullable().default(null).meta(advanced),
    })
    .prefault({}),
})
export type TrainConfig = z.infer<typeof trainConfigSchema>

/** JSON Schema (draft 2020-12) of what a user writes: keys with a default are optional. The launch form is generated from it. */
export function trainConfigJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(trainConfigSchema, { io: 'input' })
}
