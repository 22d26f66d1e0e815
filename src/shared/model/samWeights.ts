import { z } from 'zod'
import { smallSamWidths } from './samTrainConfig.ts'

/** Name of the file beside encoder.onnx that makes a model one that can be trained on. */
export const samWeightsName = 'weights.safetensors'

/** Key of the file's metadata under which the network is told, as JSON. */
export const samWeightsKey = 'maskwright.sam'

const side = z.int().min(16).max(8192)
const width = z.int().min(8).max(8192)

/** Sizes of the prompt encoder and the mask decoder of an official SAM. */
const officialDecoderSchema = z.strictObject({
  imageSize: side,
  patch: z.int().min(1).max(256),
  width,
  maskChannels: z.int().min(4).max(4096),
  decoder: z.strictObject({
    depth: z.int().min(1).max(64),
    heads: z.int().min(1).max(256),
    mlpWidth: width,
    crossWidth: z.int().min(1).max(8192),
    masks: z.int().min(2).max(64),
    iouDepth: z.int().min(1).max(64),
    iouWidth: z.int().min(1).max(8192),
  }),
})

/** SHA-256 of the encoder that they belong to, as of a SAM's file; what was written earlier does not say. */
const encoder = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * What weights.safetensors says of itself. small: the whole network by parameter name, batch norm statistics included; official: prompt encoder and
 * mask decoder, because the encoder stays as it is.
 */
export const samWeightsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('small'), network: z.strictObject(smallSamWidths), size: side, encoder: encoder.optional() }),
  z.strictObject({
    kind: z.literal('official'),
    network: officialDecoderSchema,
    /** How the encoder beside it takes its pictures. */
    input: z.enum(['padded', 'raw']),
    precision: z.enum(['fp32', 'fp16']),
    encoder: encoder.optional(),
  }),
])
export type SamWeights = z.infer<typeof samWeightsSchema>
