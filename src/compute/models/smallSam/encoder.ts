import type { Value } from '../../graph/graph.ts'
import { efficientAttention } from '../../nn/attention.ts'
import { batchNorm, conv2d, imageToTokens, layerNorm, linear, tokensToImage } from '../../nn/layers.ts'
import { mixFfn } from '../../nn/mixFfn.ts'
import type { Net } from '../../nn/net.ts'
import { relu } from '../../ops/activation.ts'
import { add } from '../../ops/elementwise.ts'
import { resizeBilinear } from '../../ops/resize.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'

const eps = 1e-6

/** What the decoder is given of a picture `[N,3,H,W]`: channel-first features at strides 16, 8 and 4. */
export interface Embedding {
  /** `[N, decoderDim, H/16, W/16]` */
  readonly coarse: Value
  /** `[N, middle, H/8, W/8]` */
  readonly middle: Value
  /** `[N, fine, H/4, W/4]` */
  readonly fine: Value
}

function convNorm(net: Net, name: string, x: Value, out: number, stride: number): Value {
  return batchNorm(net, `${name}.norm`, conv2d(net, `${name}.conv`, x, { out, kernel: 3, stride, pad: 1, bias: false }))
}

function residual(net: Net, name: string, x: Value, channels: number): Value {
  const inner = relu(net.b, convNorm(net, `${name}.0`, x, channels, 1))
  return relu(net.b, add(net.b, x, convNorm(net, `${name}.1`, inner, channels, 1)))
}

/**
 * The encoder: convolutions down to stride 8 where edges and textures are found, transformer blocks on the tokens of stride 16 where they become
 * objects, and the way back up, so that the fine features know of the coarse ones. Position comes from the depthwise convolutions of the blocks
 * (Xie et al. 2021, section 3.1), so any multiple of 16 is a valid size. Pre-norm blocks as in specs/sam.md 1.1.
 */
export function encodePicture(net: Net, config: SmallSamConfig, image: Value): Embedding {
  const { b } = net
  const [c2, c4, c8] = config.stem
  const name = (part: string): string => `image_encoder.${part}`
  const s2 = relu(b, convNorm(net, name('stem.s2'), image, c2, 2))
  const s4 = residual(net, name('stem.s4.block'), relu(b, convNorm(net, name('stem.s4'), s2, c4, 2)), c4)
  const s8 = residual(net, name('stem.s8.block'), relu(b, convNorm(net, name('stem.s8'), s4, c8, 2)), c8)
  const grid = convNorm(net, name('patch_embed'), s8, config.dim, 2)
  const [height, width] = [grid.shape[2]!, grid.shape[3]!]
  let x = imageToTokens(net, grid)
  for (let i = 0; i < config.depth; i++) {
    const block = name(`blocks.${i}`)
    const options = { heads: config.heads, reduction: 1, height, width, normEps: eps }
    x = add(b, x, efficientAttention(net, `${block}.attn`, layerNorm(net, `${block}.norm1`, x, eps), options))
    x = add(b, x, mixFfn(net, `${block}.mlp`, layerNorm(net, `${block}.norm2`, x, eps), height, width))
  }
  const narrow = linear(net, name('neck.0'), layerNorm(net, name('norm'), x, eps), config.decoderDim)
  const smooth = conv2d(net, name('neck.1'), tokensToImage(net, narrow, height, width), { out: config.decoderDim, kernel: 3, pad: 1 })
  const coarse = tokensToImage(net, layerNorm(net, name('neck.norm'), imageToTokens(net, smooth), eps), height, width)
  const middle = merge(net, name('up8'), s8, coarse, config.middle)
  return { coarse, middle, fine: merge(net, name('up4'), s4, middle, config.fine) }
}

/** Features of one stride and, doubled in size, those of the next coarser one (Lin et al. 2017, feature pyramids). */
function merge(net: Net, name: string, own: Value, above: Value, out: number): Value {
  const { b } = net
  const raised = conv2d(net, `${name}.above`, above, { out, kernel: 1 })
  const both = add(b, conv2d(net, `${name}.own`, own, { out, kernel: 1 }), resizeBilinear(b, raised, [own.shape[2]!, own.shape[3]!]))
  return convNorm(net, `${name}.smooth`, relu(b, both), out, 1)
}
