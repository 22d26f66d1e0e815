import type { Value } from '../../graph/graph.ts'
import type { Net } from '../../nn/net.ts'
import { add, div, mul } from '../../ops/elementwise.ts'
import { concat, reshape, slice, transpose } from '../../ops/shape.ts'
import { symbolDim } from '../../tensor/dim.ts'
import { atOriginalSize } from '../sam/sam.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'
import { maskStride, tokenStride } from './config.ts'
import { decode } from './decoder.ts'
import { encodePicture, type Embedding } from './encoder.ts'

/**
 * The encoder as a graph of its own: `input_image` `[1,3,S,S]`, normalised, then zeros to the right and below -> `image_embeddings`
 * `[1, channels, S/16, S/16]`: the coarse features and, cell by cell as further channels, the finer ones, so that the decoder is given one tensor as
 * everywhere in the family.
 */
export function smallSamEncoder(net: Net, config: SmallSamConfig, size: number): void {
  const { b } = net
  const { coarse, middle, fine } = encodePicture(net, config, b.input('input_image', 'float32', [1, 3, size, size]))
  b.output('image_embeddings', concat(b, [coarse, packed(net, middle, 2), packed(net, fine, 4)], 1))
}

/** The decoder as a graph of its own, with the signature of the official one (see models/sam/sam.ts, `samDecoder`). */
export function smallSamDecoder(net: Net, config: SmallSamConfig, size: number): void {
  const { b } = net
  const grid = size / tokenStride
  const cells = size / maskStride
  const points = symbolDim('num_points')
  const image = b.input('image_embeddings', 'float32', [1, channelsOf(config), grid, grid])
  const coordinates = b.input('point_coords', 'float32', [1, points, 2])
  const labels = b.input('point_labels', 'float32', [1, points])
  const maskInput = b.input('mask_input', 'float32', [1, 1, cells, cells])
  const hasMask = b.input('has_mask_input', 'float32', [1])
  const originalSize = b.input('orig_im_size', 'float32', [2])
  const { logits, iou } = decode(net, config, unpacked(net, config, image), {
    points: div(b, add(b, coordinates, 0.5), size),
    labels,
    logits: mul(b, maskInput, reshape(b, hasMask, [1, 1, 1, 1])),
    hasLogits: reshape(b, hasMask, [1, 1, 1, 1]),
  })
  b.output('masks', atOriginalSize(net, { imageSize: size, patch: tokenStride }, logits, originalSize))
  b.output('iou_predictions', iou)
  b.output('low_res_masks', logits)
}

const channelsOf = ({ decoderDim, middle, fine }: SmallSamConfig): number => decoderDim + 4 * middle + 16 * fine

/** Blocks of `n x n` cells as channels: `[1,C,n*h,n*w] -> [1,C*n*n,h,w]`. */
function packed(net: Net, x: Value, n: number): Value {
  const { b } = net
  const [, c, height, width] = x.shape as [number, number, number, number]
  const blocks = reshape(b, x, [1, c, height / n, n, width / n, n])
  return reshape(b, transpose(b, blocks, [0, 1, 3, 5, 2, 4]), [1, c * n * n, height / n, width / n])
}

function unpacked(net: Net, { decoderDim, middle, fine }: SmallSamConfig, x: Value): Embedding {
  const { b } = net
  const [, , h, w] = x.shape as [number, number, number, number]
  const part = (from: number, channels: number, n: number): Value => {
    const own = slice(b, x, { axes: [1], starts: [from], ends: [from + channels * n * n] })
    return reshape(b, transpose(b, reshape(b, own, [1, channels, n, n, h, w]), [0, 1, 4, 2, 5, 3]), [1, channels, h * n, w * n])
  }
  return {
    coarse: slice(b, x, { axes: [1], starts: [0], ends: [decoderDim] }),
    middle: part(decoderDim, middle, 2),
    fine: part(decoderDim + 4 * middle, fine, 4),
  }
}
