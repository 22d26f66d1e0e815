import { z } from 'zod'
import { idSchema } from './ids.ts'

export const precisionSchema = z.enum(['fp32', 'fp16'])

export const paritySchema = z.object({
  /** max |logit difference| and max |logit| of the training graph in eval mode. */
  maxAbsDiff: z.number(),
  maxAbsLogit: z.number(),
  relativeL2: z.number(),
  argmaxAgreement: z.number(),
  bound: z.number(),
  images: z.int(),
  passed: z.boolean(),
})
export type Parity = z.infer<typeof paritySchema>

export const modelRecordSchema = z.object({
  id: idSchema,
  name: z.string(),
  taskId: z.string(),
  runId: idSchema.nullable(),
  checkpoint: z.string(),
  precision: precisionSchema,
  bytes: z.int(),
  opset: z.int(),
  irVersion: z.int(),
  classes: z.array(z.object({ name: z.string(), color: z.string() })),
  inputSize: z.tuple([z.int(), z.int()]),
  datasetHash: z.string(),
  parity: paritySchema,
  primary: z.object({ name: z.string(), value: z.number() }).nullable(),
  createdAt: z.number(),
})
export type ModelRecord = z.infer<typeof modelRecordSchema>

/** Result of one prediction: asset ids of the pictures written, share of pixels per class, times in ms. */
export const predictionSchema = z.object({
  width: z.int(),
  height: z.int(),
  /** asset kinds 'prediction': colour overlay (RGBA PNG) and index map (8-bit PNG). */
  overlayAsset: z.string(),
  indexAsset: z.string(),
  imageAsset: z.string(),
  shares: z.array(z.object({ name: z.string(), color: z.string(), share: z.number() })),
  decodeMs: z.number(),
  inferMs: z.number(),
  provider: z.string(),
})
export type Prediction = z.infer<typeof predictionSchema>
