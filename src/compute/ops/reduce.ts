import type { GraphBuilder, VjpContext } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { normaliseAxes, reducedShape, staticShape } from '../tensor/shape.ts'
import { defineOp, everywhere, type OpRecord, type Probe, type ProbeInput } from './op.ts'
import { rawCast, rawCompare, rawDiv, rawExpand, rawMul, rawReduce, rawReshape, rawScale, reducedCount } from './raw.ts'

export interface ReduceAttributes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

type ReduceType = Parameters<typeof rawReduce>[1]
type Context = VjpContext<ReduceAttributes>

const probes = (values: ProbeInput['values']): Probe<ReduceAttributes>[] => [
  { inputs: [{ shape: ['N', 3, 4], values }], attrs: { axes: [1], keepDims: false }, bind: { N: 2 } },
  { inputs: [{ shape: [2, 3, 2, 4], values }], attrs: { axes: [0, 2, 3], keepDims: true } },
  { inputs: [{ shape: [3, 4], values }], attrs: { axes: [-1], keepDims: true } },
]

function reduceOp(
  name: string,
  type: ReduceType,
  gradient: (context: Context, dyKept: Value) => Value,
  values: ProbeInput['values'] = 'normal',
): OpRecord<ReduceAttributes> {
  return defineOp<ReduceAttributes>({
    name,
    since: 13,
    attributes: { axes: 'ints', keepDims: 'flag' },
    shapeRule: ([x], { axes, keepDims }) => [{ dtype: x!.dtype, shape: reducedShape(x!.shape, axes, keepDims) }],
    emit: ({ b, inputs: [x], attrs }) => [rawReduce(b, type, x!, normaliseAxes(attrs.axes, x!.shape.length), attrs.keepDims)],
    vjp: (context) => {
      const { b, inputs, attrs, cotangents } = context
      const kept = rawReshape(b, cotangents[0]!, reducedShape(inputs[0]!.shape, attrs.axes, true))
      return [gradient(context, kept)]
    },
    providers: everywhere,
    probes: probes(values),
  })
}

/** Sum over axes (ONNX ReduceSum-13). dx = dy, spread. */
export const reduceSumOp = reduceOp('reduceSum', 'ReduceSum', ({ b, inputs: [x] }, dy) => rawExpand(b, dy, x!.shape))

/** Mean over axes (ONNX ReduceMean-13). dx = dy / count, spread. */
export const reduceMeanOp = reduceOp('reduceMean', 'ReduceMean', ({ b, inputs: [x], attrs }, dy) => {
  const [count] = staticShape([reducedCount(x!.shape, attrs.axes)])
  return rawExpand(b, rawScale(b, dy, 1 / count!), x!.shape)
})

/** dx = dy / (number of winners) at every winner. */
function toWinners({ b, inputs, attrs, outputs }: Context, dy: Value): Value {
  const x = inputs[0]!
  const best = rawReshape(b, outputs[0]!, reducedShape(x.shape, attrs.axes, true))
  const winners = rawCast(b, rawCompare(b, 'Equal', x, best), x.dtype)
  return rawMul(b, winners, rawDiv(b, dy, rawReduce(b, 'ReduceSum', winners, normaliseAxes(attrs.axes, x.shape.length), true)))
}

/** Maximum over axes (ONNX ReduceMax-13). */
export const reduceMaxOp = reduceOp('reduceMax', 'ReduceMax', toWinners, 'spread')
/** Minimum over axes (ONNX ReduceMin-13). */
export const reduceMinOp = reduceOp('reduceMin', 'ReduceMin', toWinners, 'spread')

type Reduce = (b: GraphBuilder, x: Value, axes: readonly number[], keepDims?: boolean) => Value
const reduce =
  (op: OpRecord<ReduceAttributes>): Reduce =>
  (b, x, axes, keepDims = false) =>
    b.op(op, [x], { axes, keepDims })

export const reduceSum = reduce(reduceSumOp)
export const reduceMean = reduce(reduceMeanOp)
export const reduceMax = reduce(reduceMaxOp)
export const reduceMin = reduce(reduceMinOp)
