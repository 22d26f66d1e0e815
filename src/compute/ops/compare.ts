import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { isFloat, type DType } from '../tensor/dtype.ts'
import { broadcastShapes } from '../tensor/shape.ts'
import { defineOp, everywhere, noAttributes, noGrad, type NoAttributes, type OpRecord, type ProbeInput } from './op.ts'
import { rawCast, rawCompare, rawWhere, sumTo } from './raw.ts'

function compareOp(name: string, type: string, sample: Omit<ProbeInput, 'shape'> = {}): OpRecord<NoAttributes> {
  return defineOp<NoAttributes>({
    name,
    since: 13,
    attributes: {},
    shapeRule: ([x, y]) => [{ dtype: 'bool', shape: broadcastShapes(x!.shape, y!.shape) }],
    emit: ({ b, inputs: [x, y] }) => [rawCompare(b, type, x!, y!)],
    vjp: noGrad('the answer is a truth value'),
    providers: everywhere,
    probes: [
      {
        inputs: [
          { shape: ['N', 3], ...sample },
          { shape: [3], ...sample },
        ],
        attrs: {},
        bind: { N: 2 },
      },
    ],
  })
}

const flags: Omit<ProbeInput, 'shape'> = { dtype: 'bool', values: { below: 2 } }
/** x = y (ONNX Equal-13). */
export const equalOp = compareOp('equal', 'Equal', { dtype: 'int32', values: { below: 3 } })
/** x > y (ONNX Greater-13). */
export const greaterOp = compareOp('greater', 'Greater')
/** x >= y (ONNX GreaterOrEqual-16). */
export const greaterOrEqualOp = compareOp('greaterOrEqual', 'GreaterOrEqual')
/** x < y (ONNX Less-13). */
export const lessOp = compareOp('less', 'Less')
/** x <= y (ONNX LessOrEqual-16). */
export const lessOrEqualOp = compareOp('lessOrEqual', 'LessOrEqual')
/** Both (ONNX And-7). */
export const andOp = compareOp('and', 'And', flags)
/** Either, as not (not x and not y) (ONNX And-7, Not-1), because Or leaves the GPU. */
export const orOp: OpRecord<NoAttributes> = {
  ...compareOp('or', 'Or', flags),
  emit: ({ b, inputs: [x, y] }) => {
    const opposite = (v: Value): Value => b.node1('Not', [v], v)
    return [opposite(rawCompare(b, 'And', opposite(x!), opposite(y!)))]
  },
}

/** The opposite (ONNX Not-1). */
export const notOp = defineOp<NoAttributes>({
  name: 'not',
  since: 1,
  attributes: {},
  shapeRule: ([x]) => [{ dtype: 'bool', shape: x!.shape }],
  emit: ({ b, inputs: [x] }) => [b.node1('Not', [x], x!)],
  vjp: noGrad('the answer is a truth value'),
  providers: everywhere,
  probes: [{ inputs: [{ shape: [2, 3], ...flags }], attrs: {} }],
})

/** x where the condition holds, y elsewhere, with broadcasting (ONNX Where-16). Each operand gets the gradient where it was taken. */
export const whereOp = defineOp<NoAttributes>({
  name: 'where',
  since: 16,
  attributes: {},
  shapeRule: ([condition, x, y]) => [{ dtype: x!.dtype, shape: broadcastShapes(condition!.shape, x!.shape, y!.shape) }],
  emit: ({ b, inputs: [condition, x, y] }) => [rawWhere(b, condition!, x!, y!)],
  vjp: ({ b, inputs: [condition, x, y], cotangents: [dy], needs }) => {
    const zero = b.constant(0, [], dy!.dtype)
    return [
      undefined,
      needs[1] ? sumTo(b, rawWhere(b, condition!, dy!, zero), x!.shape) : undefined,
      needs[2] ? sumTo(b, rawWhere(b, condition!, zero, dy!), y!.shape) : undefined,
    ]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 1, 3], ...flags }, { shape: ['N', 4, 3] }, { shape: [4, 1] }], attrs: {}, bind: { N: 2 } },
    { inputs: [{ shape: [4], dtype: 'bool', values: { list: [1, 0, 1, 1] } }, { shape: [] }, { shape: [4] }], attrs: {} },
  ],
})

/** Another element type (ONNX Cast-13). The gradient passes between float types only. */
export const castOp = defineOp<{ dtype: DType }>({
  name: 'cast',
  since: 13,
  attributes: { dtype: 'dtype' },
  shapeRule: ([x], { dtype }) => [{ dtype, shape: x!.shape }],
  emit: ({ b, inputs: [x], attrs }) => [rawCast(b, x!, attrs.dtype)],
  vjp: ({ b, inputs: [x], attrs, cotangents: [dy] }) => [isFloat(x!.dtype) && isFloat(attrs.dtype) ? rawCast(b, dy!, x!.dtype) : undefined],
  providers: everywhere,
  probes: [
    { inputs: [{ shape: [2, 3] }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [2, 3], ...flags }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [2, 3], values: 'positive' }], attrs: { dtype: 'int32' } },
  ],
})

type Compare = (b: GraphBuilder, x: Value, y: Value | number) => Value
const compare =
  (op: OpRecord<NoAttributes>): Compare =>
  (b, x, y) =>
    b.op(op, [x, typeof y === 'number' ? b.constant(y, [], x.dtype) : y], noAttributes)

export const equal = compare(equalOp)
export const greater = compare(greaterOp)
export const greaterOrEqual = compare(greaterOrEqualOp)
export const less = compare(lessOp)
export const lessOrEqual = compare(lessOrEqualOp)
export const and = compare(andOp)
export const or = compare(orOp)

export function not(b: GraphBuilder, x: Value): Value {
  return b.op(notOp, [x], noAttributes)
}

/** A number stands for a scalar of the other branch's type; at least one branch is a tensor. */
export function where(b: GraphBuilder, condition: Value, x: Value | number, y: Value | number): Value {
  const dtype = typeof x !== 'number' ? x.dtype : typeof y !== 'number' ? y.dtype : 'float32'
  const operand = (v: Value | number): Value => (typeof v === 'number' ? b.constant(v, [], dtype) : v)
  return b.op(whereOp, [condition, operand(x), operand(y)], noAttributes)
}

export function cast(b: GraphBuilder, x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : b.op(castOp, [x], { dtype })
}
