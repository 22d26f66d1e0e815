import { z } from 'zod'
import { providerSchema } from './device.ts'

/** How a SAM-family model is spoken to (specs/sam-onnx.md section 4): by the names, ranks and types of its tensors, whoever exported it. */
export const samFamilySchema = z.enum([
  'sam',
  'samRaw',
  'samHq',
  'samMed2d',
  'efficientVitSam',
  'edgeSam',
  'efficientSam',
  'hfSam',
  'hfSam2',
  'sam2',
])
export type SamFamily = z.infer<typeof samFamilySchema>

const triple = z.tuple([z.number(), z.number(), z.number()])
const divisor = z.number().positive()

/** What a picture goes through before the encoder. */
export const samPreprocessSchema = z.strictObject({
  /** Side in pixels of the square that the network sees: the frame. */
  size: z.int().min(16).max(4096),
  /** longSide: the aspect stays, the picture lies in the upper left corner; stretch: both sides become `size`. */
  fit: z.enum(['longSide', 'stretch']),
  /** bilinear is PIL's, with antialiasing; none: the graph resizes by itself and takes any size. */
  resize: z.enum(['bilinear', 'nearest', 'none']),
  /** The rest of the frame is filled with zeros, after normalising. */
  pad: z.boolean(),
  colorOrder: z.enum(['RGB', 'BGR']),
  /** Per channel of the order above: (value - mean) / std with values 0..255. */
  mean: triple,
  std: z.tuple([divisor, divisor, divisor]),
})
export type SamPreprocess = z.infer<typeof samPreprocessSchema>

/** How clicks are told to the decoder, and which of its masks comes first. */
export const samPromptRuleSchema = z.strictObject({
  /** Label of the point that stands for none: appended where there is no box, or where the list would be empty; null: the graph does it. */
  padLabel: z.int().min(-100).max(100).nullable(),
  /** More points than these are left out, the first and the newest stay; null: any number. */
  maxPoints: z.int().min(2).max(1024).nullable(),
  /** official: mask 0 for three and more entries, otherwise the best of the others; iou: best predicted IoU; stability: |logit > 1| / |logit > -1|. */
  maskRule: z.enum(['official', 'iou', 'stability']),
})
export type SamPromptRule = z.infer<typeof samPromptRuleSchema>

/** What a user knows better than the signature says. */
export const samOverridesSchema = samPreprocessSchema.extend(samPromptRuleSchema.shape).partial()
export type SamOverrides = z.infer<typeof samOverridesSchema>

/** Key of metadata_props under which a file says its own overrides, as JSON; the studio's exports do. */
export const samMetadataKey = 'maskwright.sam'

/** What the studio's own small SAM, shipped or trained further, says of itself under 'model' in the metadata of its files. */
export const smallSamMark = 'smallSam'

/** An input or an output: element type as ONNX names it; a dimension is a number, the name of one that varies, or unknown. */
export const samTensorSchema = z.object({
  name: z.string(),
  dtype: z.string(),
  dims: z.array(z.union([z.number(), z.string(), z.null()])).nullable(),
})
export type SamTensor = z.infer<typeof samTensorSchema>

export const samFileSchema = z.object({
  /** Without its folder. */
  name: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  inputs: z.array(samTensorSchema),
  outputs: z.array(samTensorSchema),
  /** Files beside it that hold its weights. */
  dataFiles: z.array(z.object({ name: z.string(), bytes: z.number() })),
})
export type SamFile = z.infer<typeof samFileSchema>

/** What was recognised of a model and how it is used. */
export const samFactsSchema = z.object({
  family: samFamilySchema,
  /** It is the studio's own small SAM, whose scores are lower than those of the official ones. */
  isSmall: z.boolean(),
  encoder: samFileSchema,
  /** Null: one file does both. */
  decoder: samFileSchema.nullable(),
  preprocess: samPreprocessSchema,
  prompts: samPromptRuleSchema,
  /** Keys of the two above that are not what the signature says. */
  overridden: z.array(z.string()),
  /** emulated: the decoder knows points only; the box's centre is clicked and the mask that fills the box best comes first. */
  box: z.enum(['native', 'emulated']),
  /** Whether the logits of a candidate can be given back with the next click. */
  feedback: z.boolean(),
  /** Side of the low-resolution masks. */
  grid: z.int(),
  provider: providerSchema,
  threads: z.int(),
  /** Of the encoder and what its pictures go through: embeddings of equal hashes are interchangeable, whatever the decoder's weights. */
  hash: z.string(),
})
export type SamFacts = z.infer<typeof samFactsSchema>
