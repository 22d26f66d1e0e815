import type { Value } from '../../graph/graph.ts'
import { zeros, type Init } from '../../nn/init.ts'
import { conv2d, imageToTokens, layerNorm, linear, tokensToImage } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { gelu } from '../../ops/activation.ts'
import { add, mul } from '../../ops/elementwise.ts'
import { attention, matMul } from '../../ops/matmul.ts'
import { concat, gather, pad, reshape, slice, transpose } from '../../ops/shape.ts'
import { mulDims, type Dim } from '../../tensor/dim.ts'
import { gridOf, type SamConfig } from './config.ts'

const root = 'image_encoder'
const normEps = 1e-6
const positionInit: Init = { kind: 'truncatedNormal', std: 0.02 }

/** Above so many cells the heads go one after another: the scores of one head alone are 64 MiB at 64x64 cells. */
const cellsAtOnce = 1024

/**
 * Image encoder of Kirillov et al. 2023 (a ViTDet of Li et al. 2022), normalised pictures `[N,3,S,S]` -> embedding `[N,width,S/patch,S/patch]`, with
 * the parameter names of facebookresearch/segment-anything (`image_encoder.`). Tokens keep the form of the grid, `[N,rows,columns,C]`.
 */
export function imageEncoder(net: Net, config: SamConfig, image: Value): Value {
  const { b } = net
  const { patch, encoder, width } = config
  const grid = gridOf(config)
  const n = image.shape[0]!
  const embedded = conv2d(net, `${root}.patch_embed.proj`, image, { out: encoder.width, kernel: patch, stride: patch })
  const place = net.param(`${root}.pos_embed`, [1, grid, grid, encoder.width], positionInit)
  let x = add(b, transpose(b, embedded, [0, 2, 3, 1]), place)
  for (let i = 0; i < encoder.depth; i++) x = block(net, config, i, x)
  const flat = reshape(b, x, [n, grid * grid, encoder.width])
  const narrow = conv2d(net, `${root}.neck.0`, tokensToImage(net, flat, grid, grid), { out: width, kernel: 1, bias: false })
  const mixed = conv2d(net, `${root}.neck.2`, channelNorm(net, `${root}.neck.1`, narrow), { out: width, kernel: 3, pad: 1, bias: false })
  return channelNorm(net, `${root}.neck.3`, mixed)
}

/** Layer norm over the channels of every pixel, `[N,C,H,W]`. */
function channelNorm(net: Net, name: string, x: Value): Value {
  return tokensToImage(net, layerNorm(net, name, imageToTokens(net, x), normEps), x.shape[2]!, x.shape[3]!)
}

/** x += attention(norm1 x), in windows or over the whole grid; x += MLP(norm2 x). */
function block(net: Net, config: SamConfig, index: number, x: Value): Value {
  const { b } = net
  const { encoder } = config
  const grid = gridOf(config)
  const name = `${root}.blocks.${index}`
  const normed = layerNorm(net, `${name}.norm1`, x, normEps)
  const size = encoder.globalBlocks.includes(index) ? grid : encoder.window
  const attended =
    size === grid
      ? gridAttention(net, `${name}.attn`, normed, config)
      : inWindows(net, normed, size, (windows) => gridAttention(net, `${name}.attn`, windows, config))
  const middle = add(b, x, attended)
  const wide = gelu(b, linear(net, `${name}.mlp.lin1`, layerNorm(net, `${name}.norm2`, middle, normEps), encoder.mlpWidth))
  return add(b, middle, linear(net, `${name}.mlp.lin2`, wide, encoder.width))
}

/**
 * `[N,g,g,C]` cut into windows `[N*count,size,size,C]`, worked on, and put together again. What lies beyond the grid is zeros AFTER the norm: such
 * cells take part in attention with the biases of their keys and values alone.
 */
function inWindows({ b }: Net, x: Value, size: number, work: (windows: Value) => Value): Value {
  const [n, grid, , channels] = x.shape as [Dim, number, number, number]
  const count = Math.ceil(grid / size)
  const missing = count * size - grid
  const padded = missing === 0 ? x : pad(b, x, [0, 0, 0, 0], [0, missing, missing, 0])
  const cut = transpose(b, reshape(b, padded, [n, count, size, count, size, channels]), [0, 1, 3, 2, 4, 5])
  const worked = work(reshape(b, cut, [mulDims(n, count * count), size, size, channels]))
  const joined = transpose(b, reshape(b, worked, [n, count, count, size, size, channels]), [0, 1, 3, 2, 4, 5])
  const whole = reshape(b, joined, [n, count * size, count * size, channels])
  return missing === 0 ? whole : slice(b, whole, { axes: [1, 2], starts: [0, 0], ends: [grid, grid] })
}

/** Multi-head attention among the cells of square grids, `[N,S,S,C] -> [N,S,S,C]`: softmax(q k' / sqrt d + rows + columns) v (Li et al. 2022, section 3). */
function gridAttention(net: Net, name: string, x: Value, { encoder }: SamConfig): Value {
  const { b } = net
  const [n, size, , channels] = x.shape as [Dim, number, number, number]
  const { heads } = encoder
  const depth = channels / heads
  const cells = size * size
  const packed = reshape(b, linear(net, `${name}.qkv`, x, 3 * channels), [n, cells, 3, heads, depth])
  const parts = transpose(b, packed, [2, 0, 3, 1, 4])
  const [q, k, v] = [0, 1, 2].map((i) => gather(b, parts, b.constant(i, [], 'int64'), 0)) as [Value, Value, Value]
  const tables = encoder.relativePositions ? relativeTables(net, name, size, depth) : null
  const attend = (query: Value, key: Value, value: Value): Value =>
    attention(b, mul(b, query, depth ** -0.5), key, value, 1, tables ? relativeBias(net, query, tables, size) : undefined)
  const head = (whole: Value, i: number): Value => slice(b, whole, { axes: [1], starts: [i], ends: [i + 1] })
  const mixed =
    cells <= cellsAtOnce
      ? attend(q, k, v)
      : concat(
          b,
          Array.from({ length: heads }, (_, i) => attend(head(q, i), head(k, i), head(v, i))),
          1,
        )
  const joined = reshape(b, transpose(b, mixed, [0, 2, 1, 3]), [n, size, size, channels])
  return linear(net, `${name}.proj`, joined, channels)
}

interface RelativeTables {
  /** `[S,S,d]`: row of the query, row of the key. */
  readonly rows: Value
  readonly columns: Value
}

/** A vector for every distance, laid out for every pair of places along a side: entry (i, j) is that of distance i - j. */
function relativeTables(net: Net, name: string, size: number, depth: number): RelativeTables {
  const { b } = net
  const distances = Int32Array.from({ length: size * size }, (_, i) => Math.floor(i / size) - (i % size) + size - 1)
  const laidOut = (axis: 'h' | 'w'): Value =>
    gather(b, net.param(`${name}.rel_pos_${axis}`, [2 * size - 1, depth], zeros), b.constant(distances, [size, size], 'int32'), 0)
  return { rows: laidOut('h'), columns: laidOut('w') }
}

/** Scores by distance, `[N,heads,S*S,d] -> [N,heads,S*S,S*S]`, from the query as it is, not divided by sqrt d: q . R[row - row'] + q . C[column - column']. */
function relativeBias({ b }: Net, query: Value, { rows, columns }: RelativeTables, size: number): Value {
  const [n, heads, cells, depth] = query.shape as [Dim, number, number, number]
  const cell = reshape(b, query, [n, heads, size, size, depth])
  const byRow = matMul(b, cell, rows, { transposeY: true })
  const byColumn = transpose(b, matMul(b, transpose(b, cell, [0, 1, 3, 2, 4]), columns, { transposeY: true }), [0, 1, 3, 2, 4])
  const sum = add(b, reshape(b, byRow, [n, heads, cells, size, 1]), reshape(b, byColumn, [n, heads, cells, 1, size]))
  return reshape(b, sum, [n, heads, cells, cells])
}
