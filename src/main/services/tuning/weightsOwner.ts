import type { AssistModel } from '../../../shared/model/assist.ts'
import type { SamFacts } from '../../../shared/model/samModel.ts'
import type { SamWeights } from '../../../shared/model/samWeights.ts'

/**
 * Whether the weights in a model's folder are this model's: another one may lie in the same folder. Those that do not name their encoder were written with
 * the model that comes with the studio, by the studio in a folder of its own, or as a pair whose names and shapes they fit.
 */
export function ownsWeights(weights: SamWeights, { encoder, decoder, preprocess }: SamFacts, origin: AssistModel['origin']): boolean {
  if (weights.encoder !== undefined) return weights.encoder === encoder.sha256
  if (origin === 'shipped' || origin === 'made') return true
  if (encoder.name !== 'encoder.onnx' || decoder?.name !== 'decoder.onnx') return false
  const { size, channels, stride } = embeddedBy(weights)
  const grid = size / stride
  const dims = decoder.inputs.find(({ name }) => name === 'image_embeddings')?.dims
  const isPadded = weights.kind === 'small' || weights.input === 'padded'
  return preprocess.size === size && preprocess.pad === isPadded && JSON.stringify(dims) === JSON.stringify([1, channels, grid, grid])
}

/** Side of what an encoder sees, and what it makes of every square of `stride` pixels. */
function embeddedBy(weights: SamWeights): { size: number; channels: number; stride: number } {
  if (weights.kind === 'official') {
    const { imageSize, width, patch } = weights.network
    return { size: imageSize, channels: width, stride: patch }
  }
  const { decoderDim, middle, fine } = weights.network
  return { size: weights.size, channels: decoderDim + 4 * middle + 16 * fine, stride: 16 }
}
