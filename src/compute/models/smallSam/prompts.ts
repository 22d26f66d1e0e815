import type { Value } from '../../graph/graph.ts'
import { conv2d, linear } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { gelu, relu } from '../../ops/activation.ts'
import { cast, equal } from '../../ops/compare.ts'
import { abs, add, clip, cos, div, exp, mul, neg, sin, square, sub } from '../../ops/elementwise.ts'
import { matMul } from '../../ops/matmul.ts'
import { reduceMax, reduceSum } from '../../ops/reduce.ts'
import { concat, expand, reshape, slice, transpose } from '../../ops/shape.ts'
import { mulDims, type Dim } from '../../tensor/dim.ts'
import { counterRng } from '../../tensor/rng.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'
import type { Embedding } from './encoder.ts'

/** Prompts of `m` objects: points as shares of the picture's size, labels as in the official model (-1 none, 0 not the object, 1 the object, 2 and 3 the corners of a box). */
export interface Prompts {
  /** `[m,P,2]`, x then y, 0 to 1. */
  readonly points: Value
  /** `[m,P]` */
  readonly labels: Value
  /** Logits of an earlier answer `[m,1,H/4,W/4]`, and 1 where there is one `[m,1,1,1]`. */
  readonly logits: Value
  readonly hasLogits: Value
}

/** The encoded prompts: tokens for the two-way decoder and features to add to the picture's. */
export interface EncodedPrompts {
  /** `[m,P,decoderDim]` */
  readonly tokens: Value
  /** 1 where a token stands for a prompt, 0 where it only fills up, `[m,P]`. */
  readonly present: Value
  /** `[m, decoderDim | middle | fine, ...]` at strides 16, 8 and 4. */
  readonly coarse: Value
  readonly middle: Value
  readonly fine: Value
}

/** Random Fourier features of places (Tancik et al. 2020): `[..,2]` in 0..1 -> `[..,dim]`, sines then cosines of 2 pi (2c - 1) G. */
export function fourierCode(net: Net, places: Value, dim: number): Value {
  const { b } = net
  const rng = counterRng(0, 'smallSam', 'fourier')
  const matrix = b.constant(
    Array.from({ length: dim }, () => rng.normal() * 2 * Math.PI),
    [2, dim / 2],
  )
  const phases = matMul(b, sub(b, mul(b, places, 2), 1), matrix)
  return concat(b, [sin(b, phases), cos(b, phases)], -1)
}

/** 1 where a label has this value, else 0. */
const isLabel = (net: Net, labels: Value, value: number): Value => cast(net.b, equal(net.b, labels, value), 'float32')

/** Positions of cells along an axis of `size` cells, in cells; known when the graph runs where the size is. */
function cells(net: Net, size: Dim): Value {
  if (typeof size !== 'number') throw new RangeError('the decoder is built for one size')
  return net.b.constant(Array.from({ length: size }, (_, i) => i))
}

/** Distance of points from every cell along an axis, in cells: `[m,P]` in 0..1 -> `[m,P,size]`. */
function distances(net: Net, at: Value, size: number): Value {
  const { b } = net
  const place = clip(b, sub(b, mul(b, at, size), 0.5), { min: 0, max: size - 1 })
  return sub(b, reshape(b, place, [at.shape[0]!, at.shape[1]!, 1]), reshape(b, cells(net, size), [1, 1, size]))
}

const axisOf = (net: Net, points: Value, axis: number): Value =>
  reshape(net.b, slice(net.b, points, { axes: [2], starts: [axis], ends: [axis + 1] }), [points.shape[0]!, points.shape[1]!])

/** Features `[n,C,h,w]` at points `[m,P]` between the four nearest cells, m a multiple of n: `[m,P,C]`. */
function sampleAt(net: Net, features: Value, x: Value, y: Value): Value {
  const { b } = net
  const [n, c, h, w] = features.shape as [Dim, number, number, number]
  const [m, p] = [x.shape[0]!, x.shape[1]!]
  const tent = (d: Value): Value => relu(b, sub(b, b.constant(1), abs(b, d)))
  const weights = mul(b, reshape(b, tent(distances(net, y, h)), [m, p, h, 1]), reshape(b, tent(distances(net, x, w)), [m, p, 1, w]))
  const each = m === n ? p : mulDims(p, (m as number) / (n as number))
  const found = matMul(b, reshape(b, weights, [n, each, h * w]), reshape(b, features, [n, c, h * w]), { transposeY: true })
  return reshape(b, found, [m, p, c])
}

/** Gaussian spots of `sigma` cells around the points of one label, `[m,1,h,w]`, added up. */
function spots(net: Net, dx: Value, dy: Value, own: Value, sigma: number): Value {
  const { b } = net
  const [m, p, w] = dx.shape as [Dim, Dim, number]
  const h = dy.shape[2] as number
  const bell = (d: Value): Value => exp(b, mul(b, square(b, d), -1 / (2 * sigma * sigma)))
  const rows = mul(b, bell(dy), reshape(b, own, [m, p, 1]))
  return reshape(b, matMul(b, rows, bell(dx), { transposeX: true }), [m, 1, h, w])
}

/** 1 inside the box whose corners carry the labels 2 and 3, with borders of one cell, `[m,1,h,w]`; 0 everywhere where there is none. */
function boxMap(net: Net, { points, labels }: Prompts, h: number, w: number): Value {
  const { b } = net
  const m = points.shape[0]!
  const corner = (value: number): Value =>
    reduceSum(b, mul(b, points, reshape(b, isLabel(net, labels, value), [m, points.shape[1]!, 1])), [1])
  const [low, high] = [corner(2), corner(3)]
  const hasBox = reduceMax(b, isLabel(net, labels, 3), [1])
  const along = (axis: number, size: number): Value => {
    const at = (of: Value): Value => mul(b, slice(b, of, { axes: [1], starts: [axis], ends: [axis + 1] }), size)
    const centre = reshape(b, add(b, cells(net, size), 0.5), [1, size])
    const inside = (d: Value): Value => clip(b, add(b, d, 0.5), { min: 0, max: 1 })
    return mul(b, inside(sub(b, centre, at(low))), inside(sub(b, at(high), centre)))
  }
  const map = mul(b, reshape(b, along(1, h), [m, 1, h, 1]), reshape(b, along(0, w), [m, 1, 1, w]))
  return mul(b, map, reshape(b, hasBox, [m, 1, 1, 1]))
}

/**
 * Prompts -> tokens and features. A click's token is the code of its place, what its label means, and what the picture's features are there; all
 * prompts are drawn as maps too (spots, the box, the earlier answer), so that they act at full detail. Prompts that only fill up take no part.
 */
export function encodePrompts(net: Net, config: SmallSamConfig, embedding: Embedding, prompts: Prompts): EncodedPrompts {
  const { b } = net
  const { points, labels } = prompts
  const dim = config.decoderDim
  const [m, p] = [points.shape[0]!, points.shape[1]!]
  const [x, y] = [axisOf(net, points, 0), axisOf(net, points, 1)]
  const name = (part: string): string => `prompt_encoder.${part}`
  const column = (of: Value): Value => reshape(b, of, [m, p, 1])
  const kinds = [0, 1, 2, 3].map((label) => isLabel(net, labels, label))
  const absent = isLabel(net, labels, -1)
  const present = sub(b, b.constant(1), absent)
  const table = net.param(name('point_embeddings.weight'), [5, dim], { kind: 'normal', std: 0.5 })
  const meaning = matMul(b, concat(b, [...kinds, absent].map(column), 2), table)
  const isClick = column(add(b, kinds[0]!, kinds[1]!))
  const seen = concat(
    b,
    [embedding.coarse, embedding.middle, embedding.fine].map((features) => sampleAt(net, features, x, y)),
    2,
  )
  const found = mul(b, linear(net, name('point_features'), seen, dim), isClick)
  const code = mul(b, fourierCode(net, points, dim), column(present))
  const tokens = add(b, add(b, code, meaning), found)

  const [h, w] = [embedding.fine.shape[2] as number, embedding.fine.shape[3] as number]
  const [dx, dy] = [distances(net, x, w), distances(net, y, h)]
  const earlier = mul(b, div(b, clip(b, prompts.logits, { min: -12, max: 12 }), 4), prompts.hasLogits)
  const flag = expand(b, prompts.hasLogits, [m, 1, h, w])
  const maps = concat(
    b,
    [
      earlier,
      flag,
      ...[1.5, 6].flatMap((sigma) => [spots(net, dx, dy, kinds[1]!, sigma), neg(b, spots(net, dx, dy, kinds[0]!, sigma))]),
      boxMap(net, prompts, h, w),
    ],
    1,
  )
  const halved = gelu(b, conv2d(net, name('maps.0'), maps, { out: 16, kernel: 2, stride: 2 }))
  const quartered = gelu(b, conv2d(net, name('maps.1'), halved, { out: 32, kernel: 2, stride: 2 }))
  return {
    tokens,
    present,
    coarse: conv2d(net, name('maps.coarse'), quartered, { out: dim, kernel: 1 }),
    middle: conv2d(net, name('maps.middle'), halved, { out: config.middle, kernel: 1 }),
    fine: conv2d(net, name('maps.fine'), maps, { out: config.fine, kernel: 1 }),
  }
}

/** The codes of the cells of a grid, `[h*w, dim]`. */
export function gridCode(net: Net, h: number, w: number, dim: number): Value {
  const places = Array.from({ length: h * w }, (_, i) => [((i % w) + 0.5) / w, (Math.floor(i / w) + 0.5) / h]).flat()
  return fourierCode(net, net.b.constant(places, [h * w, 2]), dim)
}

/** Channel-first `[N,C,h,w]` -> channel-last `[N,h,w,C]`. */
export const channelsLast = (net: Net, x: Value): Value => transpose(net.b, x, [0, 2, 3, 1])
