import { invariant } from '../../shared/errors.ts'
import type { Value } from '../graph/graph.ts'
import { attention, linear as linearOp } from '../ops/matmul.ts'
import { concat, gather, reshape, slice, transpose } from '../ops/shape.ts'
import { equalDims, floorDiv, mulDims, type Dim } from '../tensor/dim.ts'
import { convInit, zeros } from './init.ts'
import { layerNorm, linear, sizeAt } from './layers.ts'
import type { Net } from './net.ts'

export interface EfficientAttentionOptions {
  readonly heads: number
  /** Spatial reduction of keys and values; 1 for none. */
  readonly reduction: number
  /** Height and width of the token grid. */
  readonly height: Dim
  readonly width: Dim
  /** eps of the norm after the reduction. */
  readonly normEps: number
}

/**
 * Efficient self-attention (Xie et al. 2021, SegFormer, section 3.1), tokens `[N, H*W, C] -> [N, H*W, C]`: keys and values come from the
 * grid reduced `reduction` times by a convolution whose kernel is its stride. Parameters q, kv (k first), sr, norm, proj as in NVlabs/SegFormer.
 */
export function efficientAttention(net: Net, name: string, x: Value, options: EfficientAttentionOptions): Value {
  const { heads, reduction } = options
  const { b } = net
  const channels = sizeAt(x, -1)
  invariant(channels % heads === 0, `${channels} channels do not split into ${heads} heads`)
  const depth = channels / heads
  const [n, length] = [x.shape[0]!, x.shape[1]!]
  const query = splitHeads(net, linear(net, `${name}.q`, x, channels), heads)
  const kv = net.param(`${name}.kv.weight`, [2 * channels, channels], { kind: 'truncatedNormal', std: 0.02 })
  const kvBias = withoutKeyBias(net, net.param(`${name}.kv.bias`, [2 * channels], zeros), channels)
  const source = reduction > 1 ? layerNorm(net, `${name}.norm`, reduceGrid(net, `${name}.sr`, x, options), options.normEps) : x
  const count = source.shape[1]!
  const pair = transpose(b, reshape(b, linearOp(b, source, kv, kvBias), [n, count, 2, heads, depth]), [2, 0, 3, 1, 4])
  const pick = (i: number): Value => gather(b, pair, b.constant(i, [], 'int64'), 0)
  const mixed = attention(b, query, pick(0), pick(1), depth ** -0.5)
  return linear(net, `${name}.proj`, joinHeads(net, mixed, n, length, channels), channels)
}

/**
 * The keys' bias adds the same number to a query's every score, which softmax ignores: left out, its gradient is exactly zero instead of
 * rounding noise.
 */
function withoutKeyBias(net: Net, bias: Value, channels: number): Value {
  const values = slice(net.b, bias, { axes: [0], starts: [channels], ends: [2 * channels] })
  return concat(net.b, [net.b.zeros({ dtype: 'float32', shape: [channels] }), values], 0)
}

/** `[N,L,C] -> [N,heads,L,C/heads]`; one head is only a reshape. */
function splitHeads(net: Net, x: Value, heads: number): Value {
  const [n, length] = [x.shape[0]!, x.shape[1]!]
  const depth = sizeAt(x, -1) / heads
  if (heads === 1) return reshape(net.b, x, [n, 1, length, depth])
  return transpose(net.b, reshape(net.b, x, [n, length, heads, depth]), [0, 2, 1, 3])
}

function joinHeads(net: Net, x: Value, n: Dim, length: Dim, channels: number): Value {
  return reshape(net.b, x.shape[1] === 1 ? x : transpose(net.b, x, [0, 2, 1, 3]), [n, length, channels])
}

/**
 * The reduction convolution (kernel = stride = r, no padding), tokens `[N, H*W, C] -> [N, floor(H/r)*floor(W/r), C]`, as one matrix product over
 * the r x r patches: tokens already hold the channels of a pixel together. Rows and columns beyond a multiple of r are lost, as in the convolution.
 */
function reduceGrid(net: Net, name: string, x: Value, { reduction: r, height, width }: EfficientAttentionOptions): Value {
  const { b } = net
  const channels = sizeAt(x, -1)
  const shape = [channels, channels, r, r] as const
  const weight = net.param(`${name}.weight`, shape, convInit(shape, 1))
  const bias = net.param(`${name}.bias`, [channels], zeros)
  const n = x.shape[0]!
  const [rows, columns] = [floorDiv(height, r), floorDiv(width, r)]
  let grid = reshape(b, x, [n, height, width, channels])
  const [usedHeight, usedWidth] = [mulDims(rows, r), mulDims(columns, r)]
  if (!equalDims(usedHeight, height) || !equalDims(usedWidth, width))
    grid = slice(b, grid, { axes: [1, 2], starts: [0, 0], ends: [usedHeight, usedWidth] })
  const patches = transpose(b, reshape(b, grid, [n, rows, r, columns, r, channels]), [0, 1, 3, 2, 4, 5])
  const flat = reshape(b, patches, [n, mulDims(rows, columns), r * r * channels])
  const matrix = reshape(b, transpose(b, weight, [0, 2, 3, 1]), [channels, r * r * channels])
  return linearOp(b, flat, matrix, bias)
}
