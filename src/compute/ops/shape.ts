import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { addDims, divideExactly, mulDims, type Dim } from '../tensor/dim.ts'
import {
  broadcastShapes,
  concatShapes,
  equalShapes,
  normaliseAxis,
  shapeText,
  sizeOf,
  staticShape,
  withDim,
  type Shape,
} from '../tensor/shape.ts'
import { defineOp, everywhere, type OpRecord } from './op.ts'
import {
  rawConcat,
  rawExpand,
  rawPad,
  rawReshape,
  rawSlice,
  rawTranspose,
  sliceShape,
  sumTo,
  unslice,
  type SliceAttributes,
} from './raw.ts'

export interface ShapeAttributes {
  readonly shape: Shape
}

/** Same elements in another shape (ONNX Reshape-14). */
export const reshapeOp = defineOp<ShapeAttributes>({
  name: 'reshape',
  since: 14,
  attributes: { shape: 'dims' },
  shapeRule: ([x], { shape }) => [{ dtype: x!.dtype, shape }],
  emit: ({ b, inputs: [x], attrs }) => [rawReshape(b, x!, attrs.shape)],
  vjp: ({ b, inputs: [x], cotangents: [dy] }) => [rawReshape(b, dy!, x!.shape)],
  providers: everywhere,
  probes: [{ inputs: [{ shape: [2, 3, 4] }], attrs: { shape: [4, 6] } }],
})

/** Axes in another order (ONNX Transpose-13). */
export const transposeOp = defineOp<{ perm: readonly number[] }>({
  name: 'transpose',
  since: 13,
  attributes: { perm: 'ints' },
  shapeRule: ([x], { perm }) => {
    invariant(
      perm.length === x!.shape.length && new Set(perm).size === perm.length,
      `transpose: ${String(perm)} is no order of ${shapeText(x!.shape)}`,
    )
    return [{ dtype: x!.dtype, shape: perm.map((p) => x!.shape[p]!) }]
  },
  emit: ({ b, inputs: [x], attrs }) => [rawTranspose(b, x!, attrs.perm)],
  vjp: ({ b, attrs: { perm }, cotangents: [dy] }) => [
    rawTranspose(
      b,
      dy!,
      perm.map((_, i) => perm.indexOf(i)),
    ),
  ],
  providers: everywhere,
  probes: [{ inputs: [{ shape: ['N', 3, 4, 5] }], attrs: { perm: [0, 2, 3, 1] }, bind: { N: 2 } }],
})

/** Tensors joined along an axis (ONNX Concat-13). */
export const concatOp = defineOp<{ axis: number }>({
  name: 'concat',
  since: 13,
  attributes: { axis: 'int' },
  shapeRule: (inputs, { axis }) => [
    {
      dtype: inputs[0]!.dtype,
      shape: concatShapes(
        inputs.map((x) => x!.shape),
        axis,
      ),
    },
  ],
  emit: ({ b, inputs, attrs }) => [rawConcat(b, inputs as Value[], attrs.axis)],
  vjp: ({ b, inputs, attrs, cotangents: [dy], needs }) => {
    const axis = normaliseAxis(attrs.axis, dy!.shape.length)
    let start: Dim = 0
    return inputs.map((x, i) => {
      const from = start
      start = addDims(start, x!.shape[axis]!)
      return needs[i] ? rawSlice(b, dy!, { axes: [axis], starts: [from], ends: [start] }) : undefined
    })
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 4] }, { shape: ['N', 2, 4] }, { shape: ['N', 1, 4] }], attrs: { axis: 1 }, bind: { N: 2 } },
    { inputs: Array.from({ length: 9 }, () => ({ shape: [2, 1] })), attrs: { axis: -1 } },
  ],
})

/** A box of a tensor with optional positive steps (ONNX Slice-13). Gradient: the box put back among zeros. */
export const sliceOp = defineOp<SliceAttributes>({
  name: 'slice',
  since: 13,
  attributes: { axes: 'ints', starts: 'dims', ends: 'dims', steps: 'ints' },
  shapeRule: ([x], attrs) => [{ dtype: x!.dtype, shape: sliceShape(x!.shape, attrs) }],
  emit: ({ b, inputs: [x], attrs }) => [rawSlice(b, x!, attrs)],
  vjp: ({ b, inputs: [x], attrs, cotangents: [dy] }) => [unslice(b, dy!, x!.shape, attrs)],
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 5, 6] }], attrs: { axes: [1, 2], starts: [1, 2], ends: [4, 6] }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 7, 6] }], attrs: { axes: [1, 2], starts: [1, 0], ends: [7, 6], steps: [2, 3] } },
  ],
})

export interface PadAttributes {
  readonly before: readonly Dim[]
  readonly after: readonly Dim[]
  readonly value: number
}

/** Constant padding per axis (ONNX Pad-13, mode constant). Gradient: the inner box. */
export const padOp = defineOp<PadAttributes>({
  name: 'pad',
  since: 13,
  attributes: { before: 'dims', after: 'dims', value: 'float' },
  shapeRule: ([x], { before, after }) => [{ dtype: x!.dtype, shape: x!.shape.map((d, i) => addDims(d, before[i]!, after[i]!)) }],
  emit: ({ b, inputs: [x], attrs }) => [rawPad(b, x!, attrs.before, attrs.after, attrs.value)],
  vjp: ({ b, inputs: [x], attrs: { before }, cotangents: [dy] }) => [
    rawSlice(b, dy!, { axes: before.map((_, i) => i), starts: before, ends: before.map((p, i) => addDims(p, x!.shape[i]!)) }),
  ],
  providers: everywhere,
  probes: [{ inputs: [{ shape: ['N', 3, 4] }], attrs: { before: [0, 1, 2], after: [0, 0, 3], value: 1.5 }, bind: { N: 2 } }],
})

/** Broadcasting made explicit (ONNX Expand-13). Gradient: the sum over what was stretched. */
export const expandOp = defineOp<ShapeAttributes>({
  name: 'expand',
  since: 13,
  attributes: { shape: 'dims' },
  shapeRule: ([x], { shape }) => {
    invariant(equalShapes(broadcastShapes(x!.shape, shape), shape), `${shapeText(x!.shape)} does not expand to ${shapeText(shape)}`)
    return [{ dtype: x!.dtype, shape }]
  },
  emit: ({ b, inputs: [x], attrs }) => [rawExpand(b, x!, attrs.shape)],
  vjp: ({ b, inputs: [x], cotangents: [dy] }) => [sumTo(b, dy!, x!.shape)],
  providers: everywhere,
  probes: [{ inputs: [{ shape: [3, 1] }], attrs: { shape: [2, 3, 4] } }],
})

export interface AxisAttributes {
  readonly axis: number
}

function gatherShape(x: Shape, indices: Shape, axis: number): Dim[] {
  const at = normaliseAxis(axis, x.length)
  return [...x.slice(0, at), ...indices, ...x.slice(at + 1)]
}

/** Rows of an axis by index: x [..,A,..], indices [I..] -> [..,I..,..] (ONNX Gather-13). Gradient: added back by index along that axis. */
export const gatherOp = defineOp<AxisAttributes>({
  name: 'gather',
  since: 13,
  attributes: { axis: 'int' },
  shapeRule: ([x, indices], { axis }) => [{ dtype: x!.dtype, shape: gatherShape(x!.shape, indices!.shape, axis) }],
  emit: ({ b, inputs: [x, indices], attrs, types }) => [
    b.node1('Gather', [x, indices], types[0]!, { axis: normaliseAxis(attrs.axis, x!.shape.length) }),
  ],
  vjp: ({ b, inputs: [x, indices], attrs, cotangents: [dy] }) => {
    const axis = normaliseAxis(attrs.axis, x!.shape.length)
    const fixed = b.constantData(indices!)
    if (fixed?.data.length === 1) return [unpick(b, dy!, x!.shape, axis, Number(fixed.data[0])), undefined]
    const count = sizeOf(indices!.shape)
    const flat: Dim[] = x!.shape.map((d, i) => (i === axis ? count : d))
    const column = rawReshape(
      b,
      indices!,
      x!.shape.map((_, i) => (i === axis ? count : 1)),
    )
    return [scatterAdd(b, x!, rawExpand(b, column, flat), rawReshape(b, dy!, flat), axis), undefined]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: [5, 3] }, { shape: [4], dtype: 'int32', values: { list: [0, 2, 2, 4] } }], attrs: { axis: 0 } },
    { inputs: [{ shape: [3, 2, 2] }, { shape: [], dtype: 'int64', values: { list: [1] }, constant: true }], attrs: { axis: 1 } },
    {
      inputs: [{ shape: ['N', 5, 3] }, { shape: [2, 2], dtype: 'int64', values: { list: [1, 1, 3, 0] } }],
      providers: ['cpu'],
      attrs: { axis: 1 },
      bind: { N: 2 },
    },
  ],
})

/** One known index: the gradient is put back among zeros, without a scatter. */
function unpick(b: GraphBuilder, dy: Value, shape: Shape, axis: number, index: number): Value {
  const [size] = staticShape([shape[axis]!]) as [number]
  const at = index < 0 ? index + size : index
  return unslice(b, rawReshape(b, dy, withDim(shape, axis, 1)), shape, { axes: [axis], starts: [at], ends: [at + 1] })
}

function scatterAdd(b: GraphBuilder, like: Value, indices: Value, updates: Value, axis: number): Value {
  const zeros = rawExpand(b, b.constant(0, [], like.dtype), like.shape)
  return b.node1('ScatterElements', [zeros, indices, updates], like, { axis, reduction: 'add' })
}

/** One element per index along an axis: indices have the output's shape (ONNX GatherElements-13). Gradient: added back by index. */
export const gatherElementsOp = defineOp<AxisAttributes>({
  name: 'gatherElements',
  since: 16,
  attributes: { axis: 'int' },
  shapeRule: ([x, indices]) => [{ dtype: x!.dtype, shape: indices!.shape }],
  emit: ({ b, inputs: [x, indices], attrs, types }) => [
    b.node1('GatherElements', [x, indices], types[0]!, { axis: normaliseAxis(attrs.axis, x!.shape.length) }),
  ],
  vjp: ({ b, inputs: [x, indices], attrs, cotangents: [dy] }) => [
    scatterAdd(b, x!, indices!, dy!, normaliseAxis(attrs.axis, x!.shape.length)),
    undefined,
  ],
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 4, 3] }, { shape: ['N', 2, 3], dtype: 'int64', values: { below: 4 } }], attrs: { axis: 1 }, bind: { N: 2 } },
  ],
})

/** Slices by index tuples: x [A,B,..], indices [..,2] -> [..,..] (ONNX GatherND-13, no batch axes). Gradient: ScatterND with addition. */
export const gatherNdOp = defineOp<Record<never, never>>({
  name: 'gatherNd',
  since: 16,
  attributes: {},
  shapeRule: ([x, indices]) => {
    const [depth] = staticShape([indices!.shape.at(-1)!])
    return [{ dtype: x!.dtype, shape: [...indices!.shape.slice(0, -1), ...x!.shape.slice(depth)] }]
  },
  emit: ({ b, inputs: [x, indices], types }) => [b.node1('GatherND', [x, indices], types[0]!)],
  vjp: ({ b, inputs: [x, indices], cotangents: [dy] }) => {
    const zeros = rawExpand(b, b.constant(0, [], x!.dtype), x!.shape)
    return [b.node1('ScatterND', [zeros, indices, dy], x!, { reduction: 'add' }), undefined]
  },
  providers: everywhere,
  probes: [{ inputs: [{ shape: [3, 4, 2] }, { shape: [3, 2], dtype: 'int64', values: { list: [0, 1, 2, 3, 0, 1] } }], attrs: {} }],
})

/** Reshapes; one -1 is inferred. */
export function reshape(b: GraphBuilder, x: Value, shape: Shape): Value {
  return b.op(reshapeOp, [x], { shape: inferDim(x.shape, shape) })
}

function inferDim(from: Shape, to: Shape): Shape {
  const at = to.indexOf(-1)
  if (at < 0) return to
  const inferred = divideExactly(sizeOf(from), mulDims(...to.filter((d) => d !== -1)))
  invariant(inferred !== undefined, `${shapeText(from)} does not reshape to ${shapeText(to)}`)
  return to.map((d) => (d === -1 ? inferred : d))
}

export function unsqueeze(b: GraphBuilder, x: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length + 1)
  return reshape(b, x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])
}

export function squeeze(b: GraphBuilder, x: Value, axis: number): Value {
  const at = normaliseAxis(axis, x.shape.length)
  invariant(x.shape[at] === 1, `axis ${axis} of ${shapeText(x.shape)} is not 1`)
  return reshape(
    b,
    x,
    x.shape.filter((_, i) => i !== at),
  )
}

export function transpose(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  return b.op(transposeOp, [x], { perm })
}

export function concat(b: GraphBuilder, xs: readonly Value[], axis: number): Value {
  return b.op(concatOp, xs, { axis })
}

export function slice(b: GraphBuilder, x: Value, attributes: SliceAttributes): Value {
  return b.op(sliceOp, [x], attributes)
}

/** Pieces of the given sizes along an axis, in order. */
export function split(b: GraphBuilder, x: Value, axis: number, sizes: readonly Dim[]): Value[] {
  let start: Dim = 0
  return sizes.map((size) => {
    const from = start
    start = addDims(start, size)
    return slice(b, x, { axes: [normaliseAxis(axis, x.shape.length)], starts: [from], ends: [start] })
  })
}

export function pad(b: GraphBuilder, x: Value, before: readonly Dim[], after: readonly Dim[], value = 0): Value {
  return b.op(padOp, [x], { before, after, value })
}

export function expand(b: GraphBuilder, x: Value, shape: Shape): Value {
  return b.op(expandOp, [x], { shape })
}

type ByIndex = (b: GraphBuilder, x: Value, indices: Value, axis: number) => Value
const byIndex =
  (op: OpRecord<AxisAttributes>): ByIndex =>
  (b, x, indices, axis) =>
    b.op(op, [x, indices], { axis })

export const gather = byIndex(gatherOp)
export const gatherElements = byIndex(gatherElementsOp)

export function gatherNd(b: GraphBuilder, x: Value, indices: Value): Value {
  return b.op(gatherNdOp, [x, indices], {})
}
