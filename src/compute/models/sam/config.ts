import type { PromptEncoderConfig } from './promptEncoder.ts'
import type { TwoWayDecoderConfig } from './twoWayDecoder.ts'

/** The image encoder (ViTDet: Li et al. 2022) of a SAM. */
export interface SamEncoderConfig {
  readonly width: number
  readonly depth: number
  readonly heads: number
  readonly mlpWidth: number
  /** Blocks whose attention sees the whole grid; all others see windows. */
  readonly globalBlocks: readonly number[]
  /** Side of a window in cells. */
  readonly window: number
  /** Whether attention knows how far apart two cells are. */
  readonly relativePositions: boolean
}

/** Sizes of a SAM of the official design. */
export interface SamConfig {
  /** Side of the square model input, in its pixels; a multiple of `patch`. */
  readonly imageSize: number
  readonly patch: number
  readonly encoder: SamEncoderConfig
  /** Width of the embedding, of prompts and of the decoder. */
  readonly width: number
  readonly maskChannels: number
  readonly decoder: Omit<TwoWayDecoderConfig, 'width' | 'grid'>
}

/** What the prompt encoder and the mask decoder need of it: the encoder may be of any design. */
export type SamDecoderConfig = Omit<SamConfig, 'encoder'>

/** Cells along a side of the embedding. */
export const gridOf = ({ imageSize, patch }: Pick<SamConfig, 'imageSize' | 'patch'>): number => imageSize / patch

export const promptConfigOf = (config: SamDecoderConfig): PromptEncoderConfig => ({
  width: config.width,
  imageSize: config.imageSize,
  grid: gridOf(config),
  maskChannels: config.maskChannels,
})

export const decoderConfigOf = (config: SamDecoderConfig): TwoWayDecoderConfig => ({
  ...config.decoder,
  width: config.width,
  grid: gridOf(config),
})

const official = (width: number, depth: number, heads: number, globalBlocks: readonly number[]): SamConfig => ({
  imageSize: 1024,
  patch: 16,
  encoder: { width, depth, heads, mlpWidth: 4 * width, globalBlocks, window: 14, relativePositions: true },
  width: 256,
  maskChannels: 16,
  decoder: { depth: 2, heads: 8, mlpWidth: 2048, crossWidth: 128, masks: 4, iouDepth: 3, iouWidth: 256 },
})

/** facebookresearch/segment-anything, build_sam.py. */
export const samVariants = {
  'vit-b': official(768, 12, 12, [2, 5, 8, 11]),
  'vit-l': official(1024, 24, 16, [5, 11, 17, 23]),
  'vit-h': official(1280, 32, 16, [7, 15, 23, 31]),
} as const
export type SamVariant = keyof typeof samVariants
