import { z } from 'zod'

/** Names of a network's tensors: this studio's own (NVIDIA's, with nothing around them), NVlabs/SegFormer, MMSegmentation, Hugging Face. */
export const weightNamingSchema = z.enum(['own', 'nvidia', 'mmseg', 'hf'])
export type WeightNaming = z.infer<typeof weightNamingSchema>

/** Why a tensor of the file is of no use although it is known. */
export const droppedReasonSchema = z.enum([
  /** Batches counted by PyTorch's batch norm. */
  'counter',
  /** The 1000 classes of ImageNet, on top of a backbone. */
  'imagenetClassifier',
  /** decode_head.conv_seg of NVIDIA's files, which their own head never uses. */
  'unused',
  'auxiliaryHead',
  /** The head of MMSegmentation: another network, which cannot be converted. */
  'otherHead',
  /** The caller wants no head. */
  'skipped',
])
export type DroppedReason = z.infer<typeof droppedReasonSchema>

/** What became of the head: loaded; all but the classifier (other classes); nothing, because the file has none, has another one, or it was not wanted. */
export const headRuleSchema = z.enum(['loaded', 'classifierReinit', 'absent', 'otherDesign', 'skipped'])

const share = z.object({ matched: z.int(), total: z.int() })

/** The network a file looks like it was made for. */
export const recognisedModelSchema = z.object({
  /** 'mit-b0' to 'mit-b5'; null for other sizes. */
  variant: z.string().nullable(),
  dims: z.array(z.int()),
  depths: z.array(z.int()),
  srRatios: z.array(z.int()),
  embedDim: z.int().nullable(),
  classes: z.int().nullable(),
})
export type RecognisedModel = z.infer<typeof recognisedModelSchema>

/** What a weights file would do to a network: nothing of it is silent (specs/segformer.md section 4). */
export const weightsReportSchema = z.object({
  /** Name without its folder. */
  file: z.string(),
  bytes: z.int(),
  format: z.enum(['safetensors', 'torchZip', 'torchLegacy', 'onnx']),
  /** Every dictionary of weights in the file, the largest first. */
  sections: z.array(z.object({ path: z.string(), kind: z.enum(['model', 'ema']), tensors: z.int() })),
  /** The one in use. */
  section: z.string(),
  naming: weightNamingSchema,
  /** What stood before the names of the backbone. */
  prefix: z.string(),
  recognised: recognisedModelSchema.nullable(),
  backbone: share,
  head: share.extend({ rule: headRuleSchema }),
  matched: z.array(z.string()),
  missing: z.array(z.string()),
  unexpected: z.array(z.string()),
  shapeMismatch: z.array(z.object({ name: z.string(), model: z.array(z.int()), file: z.array(z.int()) })),
  dropped: z.array(z.object({ name: z.string(), why: droppedReasonSchema })),
  /** Share of the backbone that has to match. */
  minMatched: z.number(),
  accepted: z.boolean(),
})
export type WeightsReport = z.infer<typeof weightsReportSchema>
