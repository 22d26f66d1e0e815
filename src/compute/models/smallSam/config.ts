/** Widths of the small SAM. Every number is part of a trained model's weights. */
export interface SmallSamConfig {
  /** Channels of the convolutional stem at strides 2, 4 and 8. */
  readonly stem: readonly [number, number, number]
  /** Tokens at stride 16. */
  readonly dim: number
  readonly depth: number
  readonly heads: number
  /** Width of the decoder and of the embedding at stride 16. */
  readonly decoderDim: number
  readonly decoderHeads: number
  readonly decoderLayers: number
  /** Channels of the embedding at strides 8 and 4. */
  readonly middle: number
  readonly fine: number
}

export const smallSamDefaults: SmallSamConfig = {
  stem: [24, 48, 96],
  dim: 192,
  depth: 5,
  heads: 6,
  decoderDim: 128,
  decoderHeads: 4,
  decoderLayers: 2,
  middle: 48,
  fine: 24,
}

/** Candidates: 0 is the answer to several prompts, 1 to 3 are readings of an ambiguous one. */
export const candidateCount = 4

/** Pixels of a token and of a cell of the mask logits. */
export const tokenStride = 16
export const maskStride = 4
