/** ONNX nodes without a record: what emit functions and gradient rules are written in. Nothing here is recorded on the tape. */
import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Attributes, Value } from '../graph/graph.ts'
import { addDims, mulDims, subDims, type Dim } from '../tensor/dim.ts'
import { onnxTypeCode, type DType } from '../tensor/dtype.ts'
import {
  broadcastAxes,
  broadcastShapes,
  concatShapes,
  equalShapes,
  normaliseAxis,
  reducedShape,
  shapeText,
  sizeOf,
  staticShape,
  withDim,
  type Shape,
} from '../tensor/shape.ts'

export function rawUnary(b: GraphBuilder, type: string, x: Value, attributes: Attributes = {}): Value {
  return b.node1(type, [x], x, attributes)
}

/** Broadcasting arithmetic; the result has the operands' type. */
export function rawBinary(b: GraphBuilder, type: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Max' | 'Min' | 'Pow', x: Value, y: Value): Value {
  return b.node1(type, [x, y], { dtype: x.dtype, shape: broadcastShapes(x.shape, y.shape) })
}

export const rawAdd = (b: GraphBuilder, x: Value, y: Value): Value => rawBinary(b, 'Add', x, y)
export const rawSub = (b: GraphBuilder, x: Value, y: Value): Value => rawBinary(b, 'Sub', x, y)
export const rawMul = (b: GraphBuilder, x: Value, y: Value): Value => rawBinary(b, 'Mul', x, y)
export const rawDiv = (b: GraphBuilder, x: Value, y: Value): Value => rawBinary(b, 'Div', x, y)

/** x * factor for a plain number. */
export function rawScale(b: GraphBuilder, x: Value, factor: number): Value {
  return factor === 1 ? x : rawMul(b, x, b.constant(factor, [], x.dtype))
}

/** x + number. */
export function rawShift(b: GraphBuilder, x: Value, offset: number): Value {
  return offset === 0 ? x : rawAdd(b, x, b.constant(offset, [], x.dtype))
}

export function rawCompare(b: GraphBuilder, type: string, x: Value, y: Value): Value {
  return b.node1(type, [x, y], { dtype: 'bool', shape: broadcastShapes(x.shape, y.shape) })
}

export function rawWhere(b: GraphBuilder, condition: Value, x: Value, y: Value): Value {
  return b.node1('Where', [condition, x, y], { dtype: x.dtype, shape: broadcastShapes(condition.shape, x.shape, y.shape) })
}

export function rawCast(b: GraphBuilder, x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : b.node1('Cast', [x], { dtype, shape: x.shape }, { to: onnxTypeCode[dtype] })
}

/** Reductions. At opset 17 the axes of ReduceSum are an input, those of the others an attribute. */
export function rawReduce(
  b: GraphBuilder,
  type: 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin',
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
): Value {
  const output = { dtype: x.dtype, shape: reducedShape(x.shape, axes, keepDims) }
  const keepdims = keepDims ? 1 : 0
  if (type === 'ReduceSum') return b.node1(type, [x, b.ints(axes)], output, { keepdims })
  return b.node1(type, [x], output, { axes: [...axes], keepdims })
}

/** Same elements, other shape. */
export function rawReshape(b: GraphBuilder, x: Value, shape: Shape): Value {
  if (equalShapes(x.shape, shape)) return x
  const from = sizeOf(x.shape)
  const to = sizeOf(shape)
  invariant(String(from) === String(to), `${shapeText(x.shape)} does not reshape to ${shapeText(shape)}`)
  return b.node1('Reshape', [x, reshapeTarget(b, x.shape, shape)], { dtype: x.dtype, shape })
}

/** A constant target where 0 (copy) and one -1 (infer) can say it, otherwise computed from the inputs' shapes. */
function reshapeTarget(b: GraphBuilder, from: Shape, to: Shape): Value {
  const target: number[] = []
  for (const [i, dim] of to.entries()) {
    if (typeof dim === 'number') target.push(dim)
    else if (i < from.length && String(from[i]) === String(dim)) target.push(0)
    else if (!target.includes(-1)) target.push(-1)
    else return b.shapeTensor(to)
  }
  return target.includes(0) && to.includes(0) ? b.shapeTensor(to) : b.ints(target)
}

export function rawTranspose(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  if (perm.every((p, i) => p === i)) return x
  const shape = perm.map((p) => x.shape[p]!)
  return b.node1('Transpose', [x], { dtype: x.dtype, shape }, { perm: [...perm] })
}

/** The last two axes swapped. */
export function rawSwap(b: GraphBuilder, x: Value): Value {
  const rank = x.shape.length
  return rawTranspose(b, x, [...Array(rank - 2).keys(), rank - 1, rank - 2])
}

export function rawExpand(b: GraphBuilder, x: Value, shape: Shape): Value {
  return equalShapes(x.shape, shape) ? x : b.node1('Expand', [x, b.shapeTensor(shape)], { dtype: x.dtype, shape })
}

/** Sums a broadcast gradient back to the operand's shape. */
export function sumTo(b: GraphBuilder, gradient: Value, shape: Shape): Value {
  const axes = broadcastAxes(shape, gradient.shape)
  const sum =
    axes.length === 0 ? gradient : rawReduce(b, 'ReduceSum', gradient, axes, axes.length > 0 && gradient.shape.length === shape.length)
  return rawReshape(b, sum, shape)
}

/** Shape of a (batched, broadcasting) matrix product. */
export function matMulShape(x: Shape, y: Shape): Dim[] {
  invariant(x.length >= 2 && y.length >= 2, 'matMul takes matrices')
  invariant(String(x.at(-1)) === String(y.at(-2)), `matrices ${shapeText(x)} and ${shapeText(y)} do not multiply`)
  return [...broadcastShapes(x.slice(0, -2), y.slice(0, -2)), x.at(-2)!, y.at(-1)!]
}

export function rawMatMul(b: GraphBuilder, x: Value, y: Value): Value {
  return b.node1('MatMul', [x, y], { dtype: x.dtype, shape: matMulShape(x.shape, y.shape) })
}

/** op(x) op(y) + c for matrices. */
export function rawGemm(b: GraphBuilder, x: Value, y: Value, c: Value | undefined, options: { transA?: boolean; transB?: boolean }): Value {
  const rows = x.shape[options.transA ? 1 : 0]!
  const columns = y.shape[options.transB ? 0 : 1]!
  const attributes = { transA: options.transA ? 1 : 0, transB: options.transB ? 1 : 0 }
  return b.node1('Gemm', c ? [x, y, c] : [x, y], { dtype: x.dtype, shape: [rows, columns] }, attributes)
}

/** At most 8 tensors per node: GPU providers have few binding slots. */
export function rawConcat(b: GraphBuilder, xs: readonly Value[], axis: number): Value {
  if (xs.length === 1) return xs[0]!
  if (xs.length > 8) {
    const groups: Value[] = []
    for (let i = 0; i < xs.length; i += 8) groups.push(rawConcat(b, xs.slice(i, i + 8), axis))
    return rawConcat(b, groups, axis)
  }
  const shape = concatShapes(
    xs.map((x) => x.shape),
    axis,
  )
  return b.node1('Concat', xs, { dtype: xs[0]!.dtype, shape }, { axis: normaliseAxis(axis, shape.length) })
}

export interface SliceAttributes {
  readonly axes: readonly number[]
  /** Not negative. */
  readonly starts: readonly Dim[]
  /** Exclusive, at most the dimension. */
  readonly ends: readonly Dim[]
  /** Positive; 1 unless told. */
  readonly steps?: readonly number[]
}

export function sliceShape(shape: Shape, { axes, starts, ends, steps }: SliceAttributes): Dim[] {
  return axes.reduce<Dim[]>(
    (s, axis, i) => {
      const step = steps?.[i] ?? 1
      const length = subDims(ends[i]!, starts[i]!)
      if (typeof length === 'number') return withDim(s, axis, Math.ceil(length / step))
      invariant(step === 1, 'a symbolic slice has step 1')
      return withDim(s, axis, length)
    },
    [...shape],
  )
}

export function rawSlice(b: GraphBuilder, x: Value, attributes: SliceAttributes): Value {
  const shape = sliceShape(x.shape, attributes)
  if (equalShapes(shape, x.shape)) return x
  const { axes, starts, ends, steps } = attributes
  const inputs = [x, b.shapeTensor(starts), b.shapeTensor(ends), b.ints(axes)]
  if (steps?.some((s) => s !== 1)) inputs.push(b.ints(steps))
  return b.node1('Slice', inputs, { dtype: x.dtype, shape })
}

/** Constant padding; `before` and `after` have one entry per axis. */
export function rawPad(b: GraphBuilder, x: Value, before: readonly Dim[], after: readonly Dim[], value = 0): Value {
  if ([...before, ...after].every((p) => p === 0)) return x
  const shape = x.shape.map((d, i) => addDims(d, before[i]!, after[i]!))
  return b.node1(
    'Pad',
    [x, b.shapeTensor([...before, ...after]), b.constant(value, [], x.dtype)],
    { dtype: x.dtype, shape },
    { mode: 'constant' },
  )
}

/** The gradient of a slice: the pieces go back to their places among zeros. */
export function unslice(b: GraphBuilder, dy: Value, shape: Shape, { axes, starts, ends, steps }: SliceAttributes): Value {
  const before: Dim[] = shape.map(() => 0)
  const after: Dim[] = shape.map(() => 0)
  let spread = dy
  for (const [i, axis] of axes.entries()) {
    const at = normaliseAxis(axis, shape.length)
    const step = steps?.[i] ?? 1
    spread = spreadAxis(b, spread, at, step)
    before[at] = starts[i]!
    after[at] = step === 1 ? subDims(shape[at]!, ends[i]!) : subDims(shape[at]!, addDims(starts[i]!, spread.shape[at]!))
  }
  return rawPad(b, spread, before, after)
}

/** [.., n, ..] -> [.., (n-1)*step+1, ..]: step-1 zeros between neighbours. */
function spreadAxis(b: GraphBuilder, x: Value, axis: number, step: number): Value {
  if (step === 1) return x
  const shape = staticShape(x.shape)
  const n = shape[axis]!
  const column = rawReshape(b, x, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)])
  const after = column.shape.map((_, i) => (i === axis + 1 ? step - 1 : 0))
  const wide = rawPad(
    b,
    column,
    after.map(() => 0),
    after,
  )
  const flat = rawReshape(b, wide, withDim(shape, axis, n * step))
  return rawSlice(b, flat, { axes: [axis], starts: [0], ends: [(n - 1) * step + 1] })
}

/** Product of the dimensions that are reduced away. */
export function reducedCount(shape: Shape, axes: readonly number[]): Dim {
  return mulDims(...axes.map((a) => shape[normaliseAxis(a, shape.length)]!))
}
