import { z } from 'zod'
import { AppError, type ErrorData } from '../../shared/errors.ts'
import { inferenceSchema } from '../../shared/model/train/inference.ts'
import { transformSchema } from '../../shared/model/train/transforms/table.ts'
import { normalizationSchema } from '../data/normalize.ts'

/**
 * What an exported file says about itself in metadata_props, one string per key (structures as JSON), so that it can be used without the studio.
 * The network takes `image` float32 `[N,3,H,W]`, RGB, (value - mean) / std with values 0..255, H and W multiples of `multipleOf`, and gives
 * `logits` float32 `[N,classes,H,W]`, before softmax, at the size of the input.
 */
export const modelMetadataSchema = z.object({
  format: z.literal('maskwright-1'),
  producer: z.string().max(200),
  task: z.literal('semanticSegmentation'),
  name: z.string().max(500),
  modelId: z.string().max(100),
  runId: z.string().max(100),
  checkpoint: z.string().max(100),
  step: z.int(),
  /** Whether the file holds the moving average of the weights. */
  weights: z.enum(['trained', 'averaged']),
  datasetHash: z.string().max(500),
  precision: z.enum(['fp32', 'fp16']),
  classes: z
    .array(z.object({ name: z.string().max(500), color: z.string().regex(/^#[0-9a-f]{6}$/i) }))
    .min(1)
    .max(255),
  ignoreIndex: z.literal(255),
  normalization: normalizationSchema,
  colorOrder: z.literal('RGB'),
  /** [height, width] of the training crops. */
  inputSize: z.tuple([z.int().min(1), z.int().min(1)]),
  multipleOf: z.literal(32),
  /** What a picture goes through before the network; only transforms without chance. */
  transforms: z.array(transformSchema).max(32),
  output: z.literal('logits at input size'),
  /** How its training validated: windows, sizes, mirror image. Files of before this key look once, at the whole picture. */
  inference: inferenceSchema.prefault({}),
})
export type ModelMetadata = z.infer<typeof modelMetadataSchema>

export function metadataToProps(metadata: ModelMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

const texts = new Set([
  'format',
  'producer',
  'task',
  'name',
  'modelId',
  'runId',
  'checkpoint',
  'weights',
  'datasetHash',
  'precision',
  'colorOrder',
  'output',
])

/** Errors: model/bad-file for metadata that are absent or make no sense. */
export function metadataFromProps(props: Readonly<Record<string, string>>): ModelMetadata {
  const bad = (reason: string, data: ErrorData, cause?: unknown) =>
    new AppError('model/bad-file', `the model does not say how to use it: ${reason}`, { reason, ...data }, { cause })
  const json: Record<string, unknown> = {}
  for (const key of Object.keys(modelMetadataSchema.shape)) {
    const text = props[key]
    if (text === undefined && key === 'inference') continue
    if (text === undefined) throw bad(`"${key}" is missing in its metadata`, { why: 'noMetadata', key })
    try {
      json[key] = texts.has(key) ? text : (JSON.parse(text) as unknown)
    } catch (cause) {
      throw bad(`"${key}" in its metadata is not JSON`, { why: 'wrongMetadata', key }, cause)
    }
  }
  const parsed = modelMetadataSchema.safeParse(json)
  if (!parsed.success)
    throw bad(
      `"${parsed.error.issues[0]?.path.join('.') ?? ''}": ${parsed.error.issues[0]?.message ?? ''}`,
      { why: 'wrongMetadata', key: parsed.error.issues[0]?.path.join('.') ?? null },
      parsed.error,
    )
  const random = parsed.data.transforms.find(({ type }) => type !== 'Resize' && type !== 'ResizeToMultiple')
  if (random) throw bad(`the transform ${random.type} is not for prediction`, { why: 'otherTransforms' })
  return parsed.data
}
