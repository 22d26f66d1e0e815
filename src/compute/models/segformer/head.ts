import type { Value } from '../../graph/graph.ts'
import { linearInit, convInit, zeros } from '../../nn/init.ts'
import { batchNorm, conv2d, dropout2d, groupNorm, sizeAt } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { relu } from '../../ops/activation.ts'
import { conv2d as conv2dOp } from '../../ops/conv.ts'
import { add } from '../../ops/elementwise.ts'
import { matMul } from '../../ops/matmul.ts'
import { resizeBilinear } from '../../ops/resize.ts'
import { reshape, slice } from '../../ops/shape.ts'
import type { MitFeatures } from './backbone.ts'
import type { SegformerConfig } from './config.ts'

/**
 * The official all-MLP head (Xie et al. 2021, section 3.2), four levels -> logits `[N, classes, H/4, W/4]`: a Linear per level, bilinear resize to
 * stride 4, concatenation [c4, c3, c2, c1], 1x1 convolution without bias, batch norm, ReLU, dropout, 1x1 classifier.
 *
 * Linear layers and bilinear resizing commute (the weights of a resize sum to 1), so with F_i the i-th column block of the fuse weight
 *   fuse(concat(resize(L_i c_i + l_i))) = sum_i resize(F_i L_i c_i) + sum_i F_i l_i:
 * each level costs one narrow convolution at its own size instead of a 4E-wide one at stride 4. Parameters and, by the chain rule, gradients
 * are the official ones. The constant sum goes into the batch norm as its `shift`. With `headNorm` 'group' a group norm stands in its place.
 */
export function mlpHead(net: Net, config: SegformerConfig, { levels, lastBias }: MitFeatures): Value {
  const { b } = net
  const width = config.embedDim
  const fuseShape = [width, 4 * width, 1, 1] as const
  const fuse = reshape(b, net.param('decode_head.linear_fuse.conv.weight', fuseShape, convInit(fuseShape, 1)), [width, 4 * width])
  const size = [levels[0]!.shape[2]!, levels[0]!.shape[3]!] as const
  const column = (vector: Value): Value => reshape(b, vector, [vector.shape[0]!, 1])
  const parts = [3, 2, 1, 0].map((i, block) => {
    const level = levels[i]!
    const channels = sizeAt(level, 1)
    const name = `decode_head.linear_c${i + 1}.proj`
    const weight = net.param(`${name}.weight`, [width, channels], linearInit)
    const bias = net.param(`${name}.bias`, [width], zeros)
    const columns = slice(b, fuse, { axes: [1], starts: [block * width], ends: [(block + 1) * width] })
    const kernel = matMul(b, columns, weight)
    const projected = conv2dOp(b, level, reshape(b, kernel, [width, channels, 1, 1]), null, {})
    const constant = matMul(b, columns, column(bias))
    return {
      image: i === 0 ? projected : resizeBilinear(b, projected, size),
      shift: i === 3 ? add(b, constant, matMul(b, kernel, column(lastBias))) : constant,
    }
  })
  const fused = parts.map((p) => p.image).reduce((sum, image) => add(b, sum, image))
  const shift = parts.map((p) => p.shift).reduce((sum, part) => add(b, sum, part))
  const hidden = relu(
    b,
    config.headNorm === 'group'
      ? groupNorm(net, 'decode_head.linear_fuse.norm', add(b, fused, reshape(b, shift, [1, width, 1, 1])))
      : batchNorm(net, 'decode_head.linear_fuse.bn', fused, {
          eps: config.eps.batchNorm,
          shift: b.stopGradient(reshape(b, shift, [width])),
        }),
  )
  return conv2d(net, 'decode_head.linear_pred', dropout2d(net, 'decode_head.dropout', hidden, config.dropout), {
    out: config.classes,
    kernel: 1,
  })
}
