import type { Value } from '../../graph/graph.ts'
import { imageToTokens } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { cast } from '../../ops/compare.ts'
import { add, ceil, div, floor, maximum, minimum, mul, sub } from '../../ops/elementwise.ts'
import { cropTo, resizeBilinearTo } from '../../ops/dataSized.ts'
import { reduceMax } from '../../ops/reduce.ts'
import { resizeBilinear } from '../../ops/resize.ts'
import { pad, transpose, unsqueeze } from '../../ops/shape.ts'
import { subDims, symbolDim } from '../../tensor/dim.ts'
import { decoderConfigOf, gridOf, promptConfigOf, type SamConfig, type SamDecoderConfig } from './config.ts'
import { imageEncoder } from './imageEncoder.ts'
import { promptEncoder } from './promptEncoder.ts'
import { twoWayDecoder } from './twoWayDecoder.ts'

/** RGB on the scale 0..255, as facebookresearch/segment-anything normalises. */
export const samNormalization = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] } as const

/** Padded: the caller resizes, normalises and pads. Raw: the caller resizes, the graph does the rest. */
export type SamEncoderInput = 'padded' | 'raw'

/**
 * The encoder as a graph of its own. Input 'padded': `input_image` float32 `[1,3,S,S]`, normalised, then zeros to the right and below. Input 'raw':
 * `input_image` float32 `[H,W,3]`, RGB 0..255, H and W up to S. Output: `image_embeddings` `[1,width,grid,grid]`.
 */
export function samEncoder(net: Net, config: SamConfig, input: SamEncoderInput): void {
  const { b } = net
  const { imageSize } = config
  const picture = input === 'padded' ? b.input('input_image', 'float32', [1, 3, imageSize, imageSize]) : normalisedPicture(net, imageSize)
  b.output('image_embeddings', imageEncoder(net, config, picture))
}

function normalisedPicture({ b }: Net, imageSize: number): Value {
  const [height, width] = [symbolDim('image_height'), symbolDim('image_width')]
  const raw = b.input('input_image', 'float32', [height, width, 3])
  const normal = div(b, sub(b, raw, b.constant(samNormalization.mean, [3])), b.constant(samNormalization.std, [3]))
  const planes = unsqueeze(b, transpose(b, normal, [2, 0, 1]), 0)
  return pad(b, planes, [0, 0, 0, 0], [0, 0, subDims(imageSize, height), subDims(imageSize, width)])
}

/** Values of the decoder graph that are not among its outputs. */
export interface SamDecoderParts {
  /** `[1,N,width]` */
  readonly prompts: Value
  /** `[1,grid*grid,width]` */
  readonly positions: Value
}

/**
 * Prompt encoder and mask decoder as one graph with the signature of the official export_onnx_model.py: `image_embeddings` `[1,width,grid,grid]`,
 * `point_coords` `[1,N,2]`, `point_labels` `[1,N]`, `mask_input` `[1,1,4*grid,4*grid]`, `has_mask_input` `[1]`, `orig_im_size` `[2]` (height, width)
 * -> `masks` `[1,M,height,width]` logits, `iou_predictions` `[1,M]`, `low_res_masks` `[1,M,4*grid,4*grid]`.
 */
export function samDecoder(net: Net, config: SamDecoderConfig): SamDecoderParts {
  const { b } = net
  const grid = gridOf(config)
  const points = symbolDim('num_points')
  const image = b.input('image_embeddings', 'float32', [1, config.width, grid, grid])
  const coordinates = b.input('point_coords', 'float32', [1, points, 2])
  const labels = b.input('point_labels', 'float32', [1, points])
  const maskInput = b.input('mask_input', 'float32', [1, 1, 4 * grid, 4 * grid])
  const hasMask = b.input('has_mask_input', 'float32', [1])
  const originalSize = b.input('orig_im_size', 'float32', [2])
  const encoder = promptEncoder(net, promptConfigOf(config))
  const prompts = encoder.points(coordinates, labels)
  const dense = add(b, mul(b, encoder.mask(maskInput), hasMask), mul(b, encoder.noMask, sub(b, b.constant(1), hasMask)))
  const { positions } = encoder
  const { masks, iou } = twoWayDecoder(net, decoderConfigOf(config), { image: imageToTokens(net, image), positions, dense, prompts })
  b.output('masks', atOriginalSize(net, config, masks, originalSize))
  b.output('iou_predictions', iou)
  b.output('low_res_masks', masks)
  return { prompts, positions }
}

/**
 * Logits at the size of the picture: bilinear to the model input, the padding cut off, bilinear to the picture (specs/sam.md section 2.4). Rows and
 * columns that hold nothing but padding are cut off before the first step where a cell has whole pixels, which changes no number.
 */
export function atOriginalSize(
  { b }: Net,
  { imageSize, patch }: Pick<SamConfig, 'imageSize' | 'patch'>,
  masks: Value,
  originalSize: Value,
): Value {
  const ratio = patch / 4
  const scale = div(b, b.constant(imageSize), reduceMax(b, originalSize, [0]))
  const content = maximum(b, floor(b, add(b, mul(b, originalSize, scale), 0.5)), 1)
  const whole = (x: Value): Value => cast(b, x, 'int64')
  const names = (of: string) => [symbolDim(`${of}_height`), symbolDim(`${of}_width`)] as const
  const large = (): Value => {
    if (!Number.isInteger(ratio)) return resizeBilinear(b, masks, [imageSize, imageSize])
    const used = minimum(b, add(b, ceil(b, mul(b, content, 1 / ratio)), 1), imageSize / ratio)
    return resizeBilinearTo(b, cropTo(b, masks, whole(used), names('low_res')), whole(mul(b, used, ratio)), names('padded'))
  }
  return resizeBilinearTo(b, cropTo(b, large(), whole(content), names('content')), whole(originalSize), names('orig'))
}
