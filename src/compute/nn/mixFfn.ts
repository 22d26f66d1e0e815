import type { Value } from '../graph/graph.ts'
import { gelu } from '../ops/activation.ts'
import type { Dim } from '../tensor/dim.ts'
import { conv2d, imageToTokens, linearChannels, sizeAt, tokensToImage } from './layers.ts'
import type { Net } from './net.ts'

/**
 * Mix-FFN (Xie et al. 2021, section 3.1), tokens `[N, H*W, C] -> [N, H*W, C]`: fc1 (C -> 4C), depthwise 3x3, GELU, fc2. Everything between the two
 * transposes is channel-first, so that only the narrow tensors are transposed.
 */
export function mixFfn(net: Net, name: string, x: Value, height: Dim, width: Dim): Value {
  const channels = sizeAt(x, -1)
  const wide = linearChannels(net, `${name}.fc1`, tokensToImage(net, x, height, width), 4 * channels)
  const mixed = conv2d(net, `${name}.dwconv.dwconv`, wide, { out: 4 * channels, kernel: 3, pad: 1, group: 4 * channels })
  return imageToTokens(net, linearChannels(net, `${name}.fc2`, gelu(net.b, mixed), channels))
}
