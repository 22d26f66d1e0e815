import type { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import type { Value } from '../../../src/compute/graph/graph.ts'
import {
  rawAdd,
  rawCast,
  rawDiv,
  rawMul,
  rawPad,
  rawReshape,
  rawScale,
  rawShift,
  rawSub,
  rawTranspose,
} from '../../../src/compute/ops/raw.ts'
import { subDims, symbolDim, type Dim } from '../../../src/compute/tensor/dim.ts'
import { imageNet } from '../../../src/shared/model/train/normalization.ts'

/** Channels of the embedding: 4 x 4 cells of three colours. */
export const embeddingChannels = 48

const perChannel = (b: GraphBuilder, values: readonly number[]): Value => b.constant(values, [1, 3, 1, 1])

/** Bytes 0..255 as float -> ImageNet's normalisation. */
export function normalized(b: GraphBuilder, planes: Value): Value {
  return rawDiv(b, rawSub(b, planes, perChannel(b, imageNet.mean)), perChannel(b, imageNet.std))
}

/** [H,W,3] -> [1,3,H,W] */
export function planesOf(b: GraphBuilder, image: Value): Value {
  const [height, width] = image.shape as [Dim, Dim]
  return rawReshape(b, rawTranspose(b, image, [2, 0, 1]), [1, 3, height, width])
}

/** Zeros to the right and below, up to a square. */
export function padded(b: GraphBuilder, planes: Value, size: number): Value {
  const [height, width] = planes.shape.slice(2) as [Dim, Dim]
  return rawPad(b, planes, [0, 0, 0, 0], [0, 0, subDims(size, height), subDims(size, width)])
}

/** Bilinear to fixed sides. */
export function stretched(b: GraphBuilder, planes: Value, size: number): Value {
  const shape = [1, 3, size, size]
  return b.node1('Resize', [planes, undefined, undefined, b.ints(shape)], { dtype: 'float32', shape }, linear)
}
const linear = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }

/** Bilinear, the long side to `size`, then padded. */
export function fitted(b: GraphBuilder, planes: Value, size: number): Value {
  const float = { dtype: 'float32' as const, shape: [2] }
  const sides = b.node1('Cast', [b.shapeTensor(planes.shape.slice(2))], float, { to: 1 })
  const longest = b.node1('ReduceMax', [sides], { dtype: 'float32', shape: [1] }, { axes: [0], keepdims: 1 })
  const scaled = rawMul(b, sides, rawDiv(b, b.constant([size]), longest))
  const to = b.node1('Cast', [b.node1('Floor', [rawShift(b, scaled, 0.5)], float)], { dtype: 'int64', shape: [2] }, { to: 7 })
  const sizes = b.node1('Concat', [b.ints([1, 3]), to], { dtype: 'int64', shape: [4] }, { axis: 0 })
  const type = { dtype: 'float32' as const, shape: [1, 3, symbolDim('rows'), symbolDim('columns')] }
  const resized = b.node1('Resize', [planes, undefined, undefined, sizes], type, linear)
  const missing = b.node1('Sub', [b.ints([size, size]), to], { dtype: 'int64', shape: [2] })
  const pads = b.node1('Concat', [b.ints([0, 0, 0, 0, 0, 0]), missing], { dtype: 'int64', shape: [8] }, { axis: 0 })
  return b.node1('Pad', [resized, pads], { dtype: 'float32', shape: [1, 3, size, size] }, { mode: 'constant' })
}

/** Mean colours of 4 x 4 pixels: [1,3,size,size] -> [1,3,size/4,size/4]. */
export function colorsOf(b: GraphBuilder, planes: Value, size: number): Value {
  const shape = [1, 3, size / 4, size / 4]
  return b.node1('AveragePool', [planes], { dtype: 'float32', shape }, { kernel_shape: [4, 4], strides: [4, 4] })
}

/** [1,C,h,w] -> [1,C*block*block,h/block,w/block] and back. */
export function folded(b: GraphBuilder, x: Value, block: number): Value {
  const [n, c, h, w] = x.shape as number[]
  const shape = [n!, c! * block * block, h! / block, w! / block]
  return b.node1('SpaceToDepth', [x], { dtype: 'float32', shape }, { blocksize: block })
}
export function unfolded(b: GraphBuilder, x: Value, block: number): Value {
  const [n, c, h, w] = x.shape as number[]
  const shape = [n!, c! / block / block, h! * block, w! * block]
  return b.node1('DepthToSpace', [x], { dtype: 'float32', shape }, { blocksize: block })
}

/** Normalised colours -> 0..1. */
export function visible(b: GraphBuilder, colors: Value, { mean, std }: Normalised = imageNet): Value {
  return rawScale(b, rawAdd(b, rawMul(b, colors, perChannel(b, std)), perChannel(b, mean)), 1 / 255)
}

/** How pictures are normalised before a model sees them. */
export interface Normalised {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** [1,C,h,w], rounded to 8 bits on the way through a convolution that changes nothing else: what dynamic quantisation makes of a layer. */
export function quantised(b: GraphBuilder, x: Value): Value {
  const channels = x.shape[1] as number
  const identity = Array.from({ length: channels * channels }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0))
  const weights = b.constant(identity, [channels, channels, 1, 1], 'uint8')
  const [bytes, scale, zero] = b.node(
    'DynamicQuantizeLinear',
    [x],
    [
      { dtype: 'uint8', shape: x.shape },
      { dtype: 'float32', shape: [] },
      { dtype: 'uint8', shape: [] },
    ],
  )
  const sums = b.node1('ConvInteger', [bytes, weights, zero], { dtype: 'int32', shape: x.shape })
  return rawMul(b, b.node1('Cast', [sums], { dtype: 'float32', shape: x.shape }, { to: 1 }), scale!)
}

/** The same numbers under a shape that is known better than the graph's inputs say. */
export function seenAs(b: GraphBuilder, x: Value, shape: readonly Dim[]): Value {
  const target = shape.map((dim) => (typeof dim === 'number' ? dim : -1))
  return b.node1('Reshape', [x, b.ints(target)], { dtype: x.dtype, shape })
}

/** Coordinates of a frame as the official graphs take them, [.., N, 2] -> [N,2] in cells. */
export function inCells(b: GraphBuilder, coords: Value, size: number, grid: number): Value {
  return rawScale(b, rawShift(b, seenAs(b, coords, [coords.shape.at(-2)!, 2]), 0.5), grid / size)
}

/** [1,M,grid,grid] -> frame, cut to what the picture covers of it, -> [1,M,H,W], as export_onnx_model.py does. */
export function atOriginalSize(b: GraphBuilder, masks: Value, original: Value, size: number): Value {
  const count = masks.shape[1]!
  const two = { dtype: 'float32' as const, shape: [2] }
  const longest = b.node1('ReduceMax', [original], { dtype: 'float32', shape: [1] }, { axes: [0], keepdims: 1 })
  const content = b.node1('Floor', [rawShift(b, rawMul(b, original, rawDiv(b, b.constant([size]), longest)), 0.5)], two)
  const ints = (x: Value): Value => b.node1('Cast', [x], { dtype: 'int64', shape: [2] }, { to: 7 })
  const full = { dtype: 'float32' as const, shape: [1, count, size, size] }
  const framed = b.node1('Resize', [masks, undefined, undefined, b.ints(full.shape as number[])], full, linear)
  const cut = b.node1('Slice', [framed, b.ints([0, 0]), ints(content), b.ints([2, 3])], full)
  const sizes = b.node1('Concat', [b.ints([1, count as number]), ints(original)], { dtype: 'int64', shape: [4] }, { axis: 0 })
  const shape = [1, count, symbolDim('height'), symbolDim('width')]
  return b.node1('Resize', [cut, undefined, undefined, sizes], { dtype: 'float32', shape }, linear)
}

/** [1,M,grid,grid] -> [1,M,H,W] whatever the aspect; `original` are integers. */
export function stretchedTo(b: GraphBuilder, masks: Value, original: Value): Value {
  const [count] = masks.shape.slice(1)
  const sizes = b.node1(
    'Concat',
    [b.ints([1, count as number]), rawCast(b, original, 'int64')],
    { dtype: 'int64', shape: [4] },
    { axis: 0 },
  )
  const shape = [1, count!, symbolDim('height'), symbolDim('width')]
  return b.node1('Resize', [masks, undefined, undefined, sizes], { dtype: 'float32', shape }, linear)
}

/** Some of the masks, or of their scores, `[1,M,..] -> [1,list,..]`. */
export function chosen(b: GraphBuilder, x: Value, list: readonly number[]): Value {
  const shape = [1, list.length, ...x.shape.slice(2)]
  return b.node1('Gather', [x, b.ints(list)], { dtype: x.dtype, shape }, { axis: 1 })
}
