import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { isStatic, normaliseAxis, reducedShape, staticShape, withDim } from '../tensor/shape.ts'
import { defineOp, everywhere, noGrad } from './op.ts'
import { rawAdd, rawCast, rawCompare, rawMatMul, rawPad, rawReshape, rawSlice } from './raw.ts'

/** Index of the first largest element along an axis, int64 (ONNX ArgMax-13). */
export const argMaxOp = defineOp<{ axis: number; keepDims: boolean }>({
  name: 'argMax',
  since: 13,
  attributes: { axis: 'int', keepDims: 'flag' },
  shapeRule: ([x], { axis, keepDims }) => [{ dtype: 'int64', shape: reducedShape(x!.shape, [axis], keepDims) }],
  emit: ({ b, inputs: [x], attrs, types }) => [
    b.node1('ArgMax', [x], types[0]!, { axis: normaliseAxis(attrs.axis, x!.shape.length), keepdims: attrs.keepDims ? 1 : 0 }),
  ],
  vjp: noGrad('an index'),
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 4] }], attrs: { axis: 1, keepDims: false }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 4] }], attrs: { axis: -1, keepDims: true } },
  ],
})

/** The k largest along an axis, sorted: values and int64 indices (ONNX TopK-11). */
export const topKOp = defineOp<{ k: number; axis: number }>({
  name: 'topK',
  since: 11,
  attributes: { k: 'int', axis: 'int' },
  shapeRule: ([x], { k, axis }) => {
    const shape = withDim(x!.shape, axis, k)
    return [
      { dtype: x!.dtype, shape },
      { dtype: 'int64', shape },
    ]
  },
  emit: ({ b, inputs: [x], attrs, types }) =>
    b.node('TopK', [x, b.ints([attrs.k])], types, { axis: normaliseAxis(attrs.axis, x!.shape.length) }),
  vjp: noGrad('a selection; gather the values by its indices to differentiate them'),
  providers: everywhere,
  probes: [{ inputs: [{ shape: ['N', 5] }], attrs: { k: 3, axis: -1 }, bind: { N: 2 } }],
})

/** 1 where the new axis equals the index, float32 (composed of Equal-13 and Cast-13, since OneHot leaves the GPU); any other index gives zeros. */
export const oneHotOp = defineOp<{ depth: number; axis: number }>({
  name: 'oneHot',
  since: 13,
  attributes: { depth: 'int', axis: 'int' },
  shapeRule: ([indices], { depth, axis }) => {
    const at = normaliseAxis(axis, indices!.shape.length + 1)
    return [{ dtype: 'float32', shape: [...indices!.shape.slice(0, at), depth, ...indices!.shape.slice(at)] }]
  },
  emit: ({ b, inputs: [indices], attrs, types }) => {
    const rank = types[0]!.shape.length
    const at = normaliseAxis(attrs.axis, rank)
    const range = b.constant(
      Array.from({ length: attrs.depth }, (_, i) => i),
      Array.from({ length: rank }, (_, i) => (i === at ? attrs.depth : 1)),
      indices!.dtype,
    )
    const column = rawReshape(b, indices!, [...indices!.shape.slice(0, at), 1, ...indices!.shape.slice(at)])
    return [rawCast(b, rawCompare(b, 'Equal', column, range), 'float32')]
  },
  vjp: noGrad('the input is an index'),
  providers: everywhere,
  probes: [{ inputs: [{ shape: ['N', 3], dtype: 'int32', values: { below: 4 } }], attrs: { depth: 4, axis: 1 }, bind: { N: 2 } }],
})

export interface ScatterAttributes {
  readonly axis: number
  readonly reduction: 'none' | 'add' | 'mul'
}

/** x with elements replaced (or added to) by index along an axis; indices and updates share a shape (ONNX ScatterElements-16). */
export const scatterElementsOp = defineOp<ScatterAttributes>({
  name: 'scatterElements',
  since: 16,
  attributes: { axis: 'int', reduction: 'string' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs, attrs: { axis, reduction } }) => [
    b.node1('ScatterElements', inputs, inputs[0]!, { axis: normaliseAxis(axis, inputs[0]!.shape.length), reduction }),
  ],
  vjp: noGrad('builds targets and masks'),
  providers: everywhere,
  probes: [
    {
      inputs: [{ shape: [3, 4] }, { shape: [3, 2], dtype: 'int64', values: { list: [0, 2, 1, 3, 3, 0] } }, { shape: [3, 2] }],
      attrs: { axis: 1, reduction: 'add' },
    },
  ],
})

/** Longer last axes are summed in blocks of this length. */
const sumBlock = 256

/**
 * Running sum of `[R,P]` along P: products with a triangle of ones inside blocks, then the running sums of the blocks' totals. The providers' own
 * CumSum on a GPU adds up every prefix from its start: half a minute for 65,000 numbers.
 */
function runningSum(b: GraphBuilder, x: Value): Value {
  const [rows, length] = staticShape(x.shape) as [number, number]
  const size = Math.min(length, sumBlock)
  const triangle = Float32Array.from({ length: size * size }, (_, i) => (Math.floor(i / size) <= i % size ? 1 : 0))
  const ones = b.constant(triangle, [size, size])
  if (length === size) return rawMatMul(b, x, ones)
  const blocks = Math.ceil(length / size)
  const padded = rawPad(b, x, [0, 0], [0, blocks * size - length])
  const inside = rawMatMul(b, rawReshape(b, padded, [rows, blocks, size]), ones)
  const totals = rawSlice(b, inside, { axes: [2], starts: [size - 1], ends: [size] })
  const ends = runningSum(b, rawReshape(b, totals, [rows, blocks]))
  const before = rawPad(b, rawSlice(b, ends, { axes: [1], starts: [0], ends: [blocks - 1] }), [0, 1], [0, 0])
  const sums = rawReshape(b, rawAdd(b, inside, rawReshape(b, before, [rows, blocks, 1])), [rows, blocks * size])
  return rawSlice(b, sums, { axes: [1], starts: [0], ends: [length] })
}

/** Running sum along an axis (ONNX CumSum-14; float32 along a bound last axis as matrix products). */
export const cumSumOp = defineOp<{ axis: number }>({
  name: 'cumSum',
  since: 14,
  attributes: { axis: 'int' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs, attrs }) => {
    const x = inputs[0]!
    const axis = normaliseAxis(attrs.axis, x.shape.length)
    if (axis === x.shape.length - 1 && isStatic(x.shape) && x.dtype === 'float32') {
      const length = x.shape[axis]!
      return [rawReshape(b, runningSum(b, rawReshape(b, x, [x.shape.slice(0, axis).reduce((p, d) => p * d, 1), length])), x.shape)]
    }
    return [b.node1('CumSum', [x, b.constant(axis, [], 'int64')], x)]
  },
  vjp: noGrad('counts and ranks only'),
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 4] }], attrs: { axis: 1 }, bind: { N: 2 } },
    { inputs: [{ shape: [3, 600], values: 'positive' }], attrs: { axis: -1 } },
    { inputs: [{ shape: [3, 4] }], attrs: { axis: 0 } },
  ],
})

export function argMax(b: GraphBuilder, x: Value, axis: number, keepDims = false): Value {
  return b.op(argMaxOp, [x], { axis, keepDims })
}

export function topK(b: GraphBuilder, x: Value, k: number, axis: number): { values: Value; indices: Value } {
  const [values, indices] = b.opAll(topKOp, [x], { k, axis })
  return { values: values!, indices: indices! }
}

export function oneHot(b: GraphBuilder, indices: Value, depth: number, axis: number): Value {
  return b.op(oneHotOp, [indices], { depth, axis })
}

export function scatterElements(
  b: GraphBuilder,
  x: Value,
  indices: Value,
  updates: Value,
  axis: number,
  reduction: ScatterAttributes['reduction'] = 'none',
): Value {
  return b.op(scatterElementsOp, [x, indices, updates], { axis, reduction })
}

export function cumSum(b: GraphBuilder, x: Value, axis: number): Value {
  staticShape([x.shape[normaliseAxis(axis, x.shape.length)]!])
  return b.op(cumSumOp, [x], { axis })
}
