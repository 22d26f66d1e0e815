import { z } from 'zod'
import { idSchema } from './ids.ts'

/** What a checkpoint becomes, and what its tensors do not tell. */
export const samImportOptionsSchema = z.object({
  /** Side of the model input in pixels, another than the checkpoint was trained with; null: the same. */
  imageSize: z.int().min(16).max(8192).nullable().default(null),
  precision: z.enum(['fp32', 'fp16']).default('fp32'),
  /** padded: pictures are normalised and padded before the encoder; raw: the encoder takes pixels 0..255 `[H,W,3]` and does that itself. */
  input: z.enum(['padded', 'raw']).default('padded'),
  /** Heads of the decoder, which no shape tells; 8 in every SAM that was published. */
  decoderHeads: z.int().min(1).max(256).default(8),
  /** Which weights of a whole checkpoint. */
  use: z.enum(['auto', 'model', 'ema']).default('auto'),
})
export type SamImportOptions = z.infer<typeof samImportOptionsSchema>

/** What a checkpoint of an official SAM holds, and what of it is loaded: nothing of it is silent. */
export const samReportSchema = z.object({
  /** Name without its folder. */
  file: z.string(),
  bytes: z.int(),
  format: z.enum(['safetensors', 'torchZip', 'torchLegacy', 'onnx']),
  /** The dictionary of weights in use; '' for a file that is nothing else. */
  section: z.string(),
  /** What stood before the official names. */
  prefix: z.string(),
  /** 'vit-b', 'vit-l', 'vit-h'; null for other sizes. */
  variant: z.string().nullable(),
  imageSize: z.int(),
  /** Pixels of a patch: the side of the input is a multiple of it. */
  patch: z.int(),
  encoder: z.object({ width: z.int(), depth: z.int(), heads: z.int(), window: z.int(), globalBlocks: z.array(z.int()) }),
  /** Numbers in all tensors of the network. */
  parameters: z.int(),
  matched: z.array(z.string()),
  /** Of the matched ones: positions brought to another size. */
  resampled: z.array(z.string()),
  missing: z.array(z.string()),
  unexpected: z.array(z.string()),
  shapeMismatch: z.array(z.object({ name: z.string(), model: z.array(z.int()), file: z.array(z.int()) })),
  minMatched: z.number(),
  accepted: z.boolean(),
})
export type SamReport = z.infer<typeof samReportSchema>

const difference = z.object({ relativeL2: z.number(), maxAbsDiff: z.number(), maxAbsValue: z.number() })

/** The written files, run and compared with the network they were made from. */
export const samCheckSchema = z.object({
  decoder: difference,
  /** Null for fp32, where both would read the same weights: the embedding was seen to be finite. */
  encoder: difference.nullable(),
  encodeMs: z.number(),
})
export type SamCheck = z.infer<typeof samCheckSchema>

export const samImportResultSchema = z.object({
  report: samReportSchema,
  /** Names in the folder; the encoder first, then the decoder, then what holds their weights. */
  files: z.array(z.object({ name: z.string(), bytes: z.number() })),
  check: samCheckSchema,
})
export type SamImportResult = z.infer<typeof samImportResultSchema>

/** Result of the job that converts a checkpoint: what it became, and the model that it is now. */
export const samConversionSchema = samImportResultSchema.extend({ modelId: idSchema })
export type SamConversion = z.infer<typeof samConversionSchema>
