import type { GraphBuilder, EmitContext, VjpContext } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { normaliseAxis } from '../tensor/shape.ts'
import { defineOp, everywhere, noAttributes, type NoAttributes, type OpRecord, type ProbeInput } from './op.ts'
import { rawAdd, rawBinary, rawCast, rawCompare, rawDiv, rawMul, rawReduce, rawScale, rawShift, rawSub, rawUnary } from './raw.ts'

interface ActivationSpec {
  readonly name: string
  readonly emit: (context: EmitContext<NoAttributes>, x: Value) => readonly Value[]
  /** Extra outputs kept for the gradient. */
  readonly saved?: number
  readonly gradient: (b: GraphBuilder, dy: Value, x: Value, outputs: VjpContext<NoAttributes>['outputs']) => Value
  readonly values?: ProbeInput['values']
}

function activationOp({ name, emit, saved = 0, gradient, values }: ActivationSpec): OpRecord<NoAttributes> {
  return defineOp<NoAttributes>({
    name,
    since: 13,
    attributes: {},
    shapeRule: ([x]) => Array.from({ length: 1 + saved }, () => ({ dtype: x!.dtype, shape: x!.shape })),
    emit: (context) => emit(context, context.inputs[0]!),
    vjp: ({ b, inputs, outputs, cotangents }) => [cotangents[0] && gradient(b, cotangents[0], inputs[0]!, outputs)],
    providers: everywhere,
    probes: [{ inputs: [{ shape: ['N', 3, 5], values }], attrs: {}, bind: { N: 2 } }],
  })
}

/** max(x, 0) (ONNX Relu-14). dx = dy * [y > 0]. */
export const reluOp = activationOp({
  name: 'relu',
  emit: ({ b }, x) => [rawUnary(b, 'Relu', x)],
  gradient: (b, dy, _x, [y]) => rawMul(b, dy, rawCast(b, rawCompare(b, 'Greater', y!, b.constant(0, [], dy.dtype)), dy.dtype)),
  values: 'apart',
})

/** 1 / (1 + e^-x) (ONNX Sigmoid-13). dx = dy * y * (1 - y). */
export const sigmoidOp = activationOp({
  name: 'sigmoid',
  emit: ({ b }, x) => [rawUnary(b, 'Sigmoid', x)],
  gradient: (b, dy, _x, [y]) => rawMul(b, dy, rawSub(b, y!, rawMul(b, y!, y!))),
})

/** Hyperbolic tangent (ONNX Tanh-13). dx = dy * (1 - y^2). */
export const tanhOp = activationOp({
  name: 'tanh',
  emit: ({ b }, x) => [rawUnary(b, 'Tanh', x)],
  gradient: (b, dy, _x, [y]) => rawSub(b, dy, rawMul(b, dy, rawMul(b, y!, y!))),
})

/** x * sigmoid(x), also called swish; two nodes. dx = dy * s * (1 + x - y) with s = sigmoid(x). */
export const siluOp = activationOp({
  name: 'silu',
  saved: 1,
  emit: ({ b }, x) => {
    const s = rawUnary(b, 'Sigmoid', x)
    return [rawMul(b, x, s), s]
  },
  gradient: (b, dy, x, [y, s]) => rawMul(b, dy, rawMul(b, s!, rawShift(b, rawSub(b, x, y!), 1))),
})

/**
 * x * cdf(x), cdf(x) = (1 + erf(x / sqrt 2)) / 2: the exact GELU as opset 17 writes it (Hendrycks and Gimpel 2016).
 * dx = dy * (cdf + x * pdf), pdf = e^(-x^2 / 2) / sqrt(2 pi).
 */
export const geluOp = activationOp({
  name: 'gelu',
  saved: 1,
  emit: ({ b }, x) => {
    const cdf = rawScale(b, rawShift(b, rawUnary(b, 'Erf', rawScale(b, x, Math.SQRT1_2)), 1), 0.5)
    return [rawMul(b, x, cdf), cdf]
  },
  gradient: (b, dy, x, [, cdf]) => {
    const pdf = rawUnary(b, 'Exp', rawMul(b, x, rawScale(b, x, -0.5)))
    return rawMul(b, dy, rawAdd(b, cdf!, rawMul(b, rawScale(b, x, 1 / Math.sqrt(2 * Math.PI)), pdf)))
  },
})

/** log(1 + e^x) without overflow: max(x, 0) + log(1 + e^-|x|). dx = dy * sigmoid(x). */
export const softplusOp = activationOp({
  name: 'softplus',
  emit: ({ b }, x) => {
    const tail = rawUnary(b, 'Log', rawShift(b, rawUnary(b, 'Exp', rawUnary(b, 'Neg', rawUnary(b, 'Abs', x))), 1))
    return [rawAdd(b, rawUnary(b, 'Relu', x), tail)]
  },
  gradient: (b, dy, x) => rawMul(b, dy, rawUnary(b, 'Sigmoid', x)),
})

export interface SoftmaxAttributes {
  readonly axis: number
}

/**
 * e^x / sum e^x along an axis (ONNX Softmax-13; along any but the last one composed, where ORT's transposes cost ten times as much).
 * dx = y * (dy - sum(dy * y)).
 */
export const softmaxOp = defineOp<SoftmaxAttributes>({
  name: 'softmax',
  since: 13,
  attributes: { axis: 'int' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs: [x], attrs }) => {
    const axis = normaliseAxis(attrs.axis, x!.shape.length)
    if (axis === x!.shape.length - 1) return [rawUnary(b, 'Softmax', x!, { axis })]
    const exponentials = rawUnary(b, 'Exp', rawSub(b, x!, rawReduce(b, 'ReduceMax', x!, [axis], true)))
    return [rawDiv(b, exponentials, rawReduce(b, 'ReduceSum', exponentials, [axis], true))]
  },
  vjp: ({ b, outputs, cotangents: [dy], attrs }) => {
    const y = outputs[0]!
    const product = rawMul(b, dy!, y)
    const axis = normaliseAxis(attrs.axis, y.shape.length)
    return [rawSub(b, product, rawMul(b, y, rawReduce(b, 'ReduceSum', product, [axis], true)))]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 5] }], attrs: { axis: -1 }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 4, 3] }], attrs: { axis: 1 } },
  ],
})

/** log(softmax(x)) along an axis: x - max - log(sum(e^(x - max))), because LogSoftmax leaves the GPU. dx = dy - e^y * sum(dy). */
export const logSoftmaxOp = defineOp<SoftmaxAttributes>({
  name: 'logSoftmax',
  since: 13,
  attributes: { axis: 'int' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs: [x], attrs }) => {
    const axes = [normaliseAxis(attrs.axis, x!.shape.length)]
    const shifted = rawSub(b, x!, rawReduce(b, 'ReduceMax', x!, axes, true))
    return [rawSub(b, shifted, rawUnary(b, 'Log', rawReduce(b, 'ReduceSum', rawUnary(b, 'Exp', shifted), axes, true)))]
  },
  vjp: ({ b, outputs, cotangents: [dy], attrs }) => {
    const y = outputs[0]!
    const sum = rawReduce(b, 'ReduceSum', dy!, [normaliseAxis(attrs.axis, y.shape.length)], true)
    return [rawSub(b, dy!, rawBinary(b, 'Mul', rawUnary(b, 'Exp', y), sum))]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 5] }], attrs: { axis: -1 }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 4, 3] }], attrs: { axis: 1 } },
  ],
})

type Activation = (b: GraphBuilder, x: Value) => Value
const activation =
  (op: OpRecord<NoAttributes>): Activation =>
  (b, x) =>
    b.op(op, [x], noAttributes)

export const relu = activation(reluOp)
export const sigmoid = activation(sigmoidOp)
export const tanh = activation(tanhOp)
export const silu = activation(siluOp)
export const gelu = activation(geluOp)
export const softplus = activation(softplusOp)

export function softmax(b: GraphBuilder, x: Value, axis: number): Value {
  return b.op(softmaxOp, [x], { axis })
}

export function logSoftmax(b: GraphBuilder, x: Value, axis: number): Value {
  return b.op(logSoftmaxOp, [x], { axis })
}
