import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder, VjpContext } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { broadcastShapes } from '../tensor/shape.ts'
import { defineOp, everywhere, noAttributes, noGrad, type NoAttributes, type OpRecord, type Probe, type ProbeInput } from './op.ts'
import { rawBinary, rawCast, rawCompare, rawDiv, rawMul, rawScale, rawShift, rawSub, rawUnary, rawWhere, sumTo } from './raw.ts'

type BinaryType = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Max' | 'Min'
type Gradient = (b: GraphBuilder, dy: Value, x: Value, y: Value, out: Value) => Value

const binaryProbes = (values: ProbeInput['values']): Probe<NoAttributes>[] => [
  {
    inputs: [
      { shape: ['N', 3, 4], values },
      { shape: ['N', 3, 4], values },
    ],
    attrs: {},
    bind: { N: 2 },
  },
  {
    inputs: [
      { shape: [2, 3, 4], values },
      { shape: [3, 1], values },
    ],
    attrs: {},
  },
  {
    inputs: [
      { shape: [4], values },
      { shape: [2, 1, 4], values },
    ],
    attrs: {},
  },
]

function binaryOp(
  name: string,
  type: BinaryType,
  dx: Gradient,
  dy: Gradient,
  values: ProbeInput['values'] = 'normal',
): OpRecord<NoAttributes> {
  return defineOp<NoAttributes>({
    name,
    since: 13,
    attributes: {},
    shapeRule: ([x, y]) => {
      invariant(x!.dtype === y!.dtype, `${name} takes two tensors of one type, not ${x!.dtype} and ${y!.dtype}`)
      return [{ dtype: x!.dtype, shape: broadcastShapes(x!.shape, y!.shape) }]
    },
    emit: ({ b, inputs: [x, y] }) => [rawBinary(b, type, x!, y!)],
    vjp: ({ b, inputs, outputs, cotangents, needs }: VjpContext<NoAttributes>) => {
      const [x, y] = inputs as [Value, Value]
      return [dx, dy].map((rule, i) => (needs[i] ? sumTo(b, rule(b, cotangents[0]!, x, y, outputs[0]!), inputs[i]!.shape) : undefined))
    },
    providers: everywhere,
    probes: binaryProbes(values),
  })
}

const same: Gradient = (_b, g) => g
const negative: Gradient = (b, g) => rawUnary(b, 'Neg', g)
const zero = (b: GraphBuilder, g: Value): Value => b.constant(0, [], g.dtype)

/** x + y with broadcasting (ONNX Add-14). */
export const addOp = binaryOp('add', 'Add', same, same)
/** x - y with broadcasting (ONNX Sub-14). */
export const subOp = binaryOp('sub', 'Sub', same, negative)
/** x * y with broadcasting (ONNX Mul-14). dx = dy * y. */
export const mulOp = binaryOp(
  'mul',
  'Mul',
  (b, g, _x, y) => rawMul(b, g, y),
  (b, g, x) => rawMul(b, g, x),
)
/** x / y with broadcasting (ONNX Div-14). dx = dy / y; dy' = -dy * out / y. */
export const divOp = binaryOp(
  'div',
  'Div',
  (b, g, _x, y) => rawDiv(b, g, y),
  (b, g, _x, y, out) => rawUnary(b, 'Neg', rawDiv(b, rawMul(b, g, out), y)),
  'apart',
)
// On a tie the first operand takes the whole gradient.
const whenFirst = (b: GraphBuilder, type: string, x: Value, y: Value, yes: Value, no: Value): Value =>
  rawWhere(b, rawCompare(b, type, x, y), yes, no)
/** max(x, y) with broadcasting (ONNX Max-13). */
export const maximumOp = binaryOp(
  'maximum',
  'Max',
  (b, g, x, y) => whenFirst(b, 'GreaterOrEqual', x, y, g, zero(b, g)),
  (b, g, x, y) => whenFirst(b, 'GreaterOrEqual', x, y, zero(b, g), g),
  'spread',
)
/** min(x, y) with broadcasting (ONNX Min-13). */
export const minimumOp = binaryOp(
  'minimum',
  'Min',
  (b, g, x, y) => whenFirst(b, 'LessOrEqual', x, y, g, zero(b, g)),
  (b, g, x, y) => whenFirst(b, 'LessOrEqual', x, y, zero(b, g), g),
  'spread',
)

type UnaryGradient = (b: GraphBuilder, dy: Value, x: Value, out: Value) => Value

function unaryOp(
  name: string,
  type: string,
  gradient: UnaryGradient | string,
  values: ProbeInput['values'] = 'normal',
  step?: number,
): OpRecord<NoAttributes> {
  return defineOp<NoAttributes>({
    name,
    since: 13,
    attributes: {},
    shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    emit: ({ b, inputs: [x] }) => [rawUnary(b, type, x!)],
    vjp:
      typeof gradient === 'string'
        ? noGrad(gradient)
        : ({ b, inputs, outputs, cotangents }) => [gradient(b, cotangents[0]!, inputs[0]!, outputs[0]!)],
    providers: everywhere,
    probes: [{ inputs: [{ shape: ['N', 5], values }], attrs: {}, bind: { N: 3 }, step }],
  })
}

/** -x (ONNX Neg-13). */
export const negOp = unaryOp('neg', 'Neg', negativeUnary)
function negativeUnary(b: GraphBuilder, g: Value): Value {
  return rawUnary(b, 'Neg', g)
}
/** |x| (ONNX Abs-13). dx = dy where x >= 0, -dy elsewhere. */
export const absOp = unaryOp(
  'abs',
  'Abs',
  (b, g, x) => rawWhere(b, rawCompare(b, 'Less', x, b.constant(0, [], x.dtype)), rawUnary(b, 'Neg', g), g),
  'apart',
)
/** e^x (ONNX Exp-13). dx = dy * out. */
export const expOp = unaryOp('exp', 'Exp', (b, g, _x, out) => rawMul(b, g, out))
/** Natural logarithm (ONNX Log-13). dx = dy / x. */
export const logOp = unaryOp('log', 'Log', (b, g, x) => rawDiv(b, g, x), 'positive')
/** Square root (ONNX Sqrt-13). dx = dy / (2 out). */
export const sqrtOp = unaryOp('sqrt', 'Sqrt', (b, g, _x, out) => rawDiv(b, rawScale(b, g, 0.5), out), 'positive')
/** 1 / x (ONNX Reciprocal-13). dx = -dy * out^2. */
export const reciprocalOp = unaryOp(
  'reciprocal',
  'Reciprocal',
  (b, g, _x, out) => rawUnary(b, 'Neg', rawMul(b, g, rawMul(b, out, out))),
  'positive',
)
/** sin x (ONNX Sin-7), x in radians. dx = dy * cos x. */
export const sinOp = unaryOp('sin', 'Sin', (b, g, x) => rawMul(b, g, rawUnary(b, 'Cos', x)))
/** cos x (ONNX Cos-7), x in radians. dx = -dy * sin x. */
export const cosOp = unaryOp('cos', 'Cos', (b, g, x) => rawUnary(b, 'Neg', rawMul(b, g, rawUnary(b, 'Sin', x))))
/** Arc tangent in radians (ONNX Atan-7). dx = dy / (1 + x^2). */
export const atanOp = unaryOp('atan', 'Atan', (b, g, x) => rawDiv(b, g, rawShift(b, rawMul(b, x, x), 1)))
/** Error function (ONNX Erf-13). dx = dy * 2 / sqrt(pi) * e^(-x^2). */
export const erfOp = unaryOp('erf', 'Erf', (b, g, x) =>
  rawMul(b, g, rawScale(b, rawUnary(b, 'Exp', rawUnary(b, 'Neg', rawMul(b, x, x))), 2 / Math.sqrt(Math.PI))),
)
/** Largest integer below (ONNX Floor-13). */
export const floorOp = unaryOp('floor', 'Floor', 'piecewise constant')
/** Smallest integer above (ONNX Ceil-13). */
export const ceilOp = unaryOp('ceil', 'Ceil', 'piecewise constant')
/** Nearest integer, halves to even (ONNX Round-11). */
export const roundOp: OpRecord<NoAttributes> = { ...unaryOp('round', 'Round', 'piecewise constant'), providers: ['cpu'] }

/** -1, 0 or 1 as [x > 0] - [x < 0] (ONNX Greater-13, Less-13), because Sign leaves the GPU. */
export const signOp: OpRecord<NoAttributes> = {
  ...unaryOp('sign', 'Sign', 'piecewise constant'),
  emit: ({ b, inputs: [x] }) => {
    const is = (type: string): Value => rawCast(b, rawCompare(b, type, x!, b.constant(0, [], x!.dtype)), x!.dtype)
    return [rawSub(b, is('Greater'), is('Less'))]
  },
}

/** x^2 as x * x (ONNX Mul-14). dx = 2 dy x. */
export const squareOp = defineOp<NoAttributes>({
  name: 'square',
  since: 13,
  attributes: {},
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs: [x] }) => [rawMul(b, x!, x!)],
  vjp: ({ b, inputs: [x], cotangents: [dy] }) => [rawMul(b, dy!, rawScale(b, x!, 2))],
  providers: everywhere,
  probes: [{ inputs: [{ shape: [3, 4] }], attrs: {} }],
})

/** x^exponent for x > 0 or a positive exponent (ONNX Pow-15). dx = dy * exponent * x^(exponent-1). */
export const powOp = defineOp<{ exponent: number }>({
  name: 'pow',
  since: 15,
  attributes: { exponent: 'float' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs: [x], attrs }) => [rawBinary(b, 'Pow', x!, b.constant(attrs.exponent, [], x!.dtype))],
  vjp: ({ b, inputs: [x], attrs: { exponent }, cotangents: [dy] }) => [
    rawMul(b, dy!, rawScale(b, rawBinary(b, 'Pow', x!, b.constant(exponent - 1, [], x!.dtype)), exponent)),
  ],
  providers: everywhere,
  probes: [
    { inputs: [{ shape: [3, 4], values: 'positive' }], attrs: { exponent: 2.5 } },
    { inputs: [{ shape: [3, 4], values: 'positive' }], attrs: { exponent: -1 } },
  ],
})

interface ClipAttributes {
  readonly min?: number
  readonly max?: number
}

/** x limited to [min, max] (ONNX Clip-13). dx = dy inside, 0 outside. */
export const clipOp = defineOp<ClipAttributes>({
  name: 'clip',
  since: 13,
  attributes: { min: 'float', max: 'float' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs: [x], attrs: { min, max } }) => {
    const bound = (v: number | undefined): Value | undefined => (v === undefined ? undefined : b.constant(v, [], x!.dtype))
    return [b.node1('Clip', [x, bound(min), bound(max)], x!)]
  },
  // Inside the limits the output is the input, exactly.
  vjp: ({ b, inputs: [x], outputs: [y], cotangents: [dy] }) => [rawWhere(b, rawCompare(b, 'Equal', x!, y!), dy!, zero(b, dy!))],
  providers: everywhere,
  probes: [
    { inputs: [{ shape: [3, 7], values: 'spread' }], attrs: { min: -0.5, max: 0.5 } },
    { inputs: [{ shape: [3, 7], values: 'spread' }], attrs: { min: 0 } },
  ],
})

/** A number stands for a scalar constant of the other operand's type. */
function operand(b: GraphBuilder, like: Value, y: Value | number): Value {
  return typeof y === 'number' ? b.constant(y, [], like.dtype) : y
}

type Binary = (b: GraphBuilder, x: Value, y: Value | number) => Value
const binary =
  (op: OpRecord<NoAttributes>): Binary =>
  (b, x, y) =>
    b.op(op, [x, operand(b, x, y)], noAttributes)

type Unary = (b: GraphBuilder, x: Value) => Value
const unary =
  (op: OpRecord<NoAttributes>): Unary =>
  (b, x) =>
    b.op(op, [x], noAttributes)

export const add = binary(addOp)
export const sub = binary(subOp)
export const mul = binary(mulOp)
export const div = binary(divOp)
export const maximum = binary(maximumOp)
export const minimum = binary(minimumOp)
export const neg = unary(negOp)
export const abs = unary(absOp)
export const exp = unary(expOp)
export const log = unary(logOp)
export const sqrt = unary(sqrtOp)
export const reciprocal = unary(reciprocalOp)
export const square = unary(squareOp)
export const sin = unary(sinOp)
export const cos = unary(cosOp)
export const atan = unary(atanOp)
export const erf = unary(erfOp)
export const floor = unary(floorOp)
export const ceil = unary(ceilOp)
export const round = unary(roundOp)
export const sign = unary(signOp)

export function pow(b: GraphBuilder, x: Value, exponent: number): Value {
  return b.op(powOp, [x], { exponent })
}

export function clip(b: GraphBuilder, x: Value, limits: ClipAttributes): Value {
  return b.op(clipOp, [x], limits)
}
