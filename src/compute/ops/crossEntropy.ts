import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { TensorType, Value } from '../graph/graph.ts'
import { equalShapes, shapeText, staticShape, type Shape } from '../tensor/shape.ts'
import { defineOp, everywhere } from './op.ts'
import { rawAdd, rawCast, rawCompare, rawDiv, rawMul, rawReduce, rawReshape, rawSub, rawUnary, rawWhere } from './raw.ts'

export interface CrossEntropyAttributes {
  /** Pixels of this target have loss 0 and no gradient. */
  readonly ignoreIndex: number
}

const columnOf = (shape: Shape): Shape => [shape[0]!, 1, ...shape.slice(1)]

/**
 * -log softmax(logits)[target] per position, logits [N,K,..], integer target [N,..] -> [N,..]; works on class indices, never on a one-hot tensor.
 * Further outputs: validity as float32, the target with 0 for ignored positions, and, kept for the gradient, e^(x - max) and its sum.
 * dx = (softmax - [class = target]) * dloss * valid.
 */
export const crossEntropyOp = defineOp<CrossEntropyAttributes>({
  name: 'crossEntropy',
  since: 16,
  attributes: { ignoreIndex: 'int' },
  shapeRule: ([logits, target]) => {
    const positions = [logits!.shape[0]!, ...logits!.shape.slice(2)]
    invariant(
      equalShapes(positions, target!.shape),
      `crossEntropy: target ${shapeText(target!.shape)} does not fit logits ${shapeText(logits!.shape)}`,
    )
    const float: TensorType = { dtype: logits!.dtype, shape: target!.shape }
    const column: TensorType = { dtype: logits!.dtype, shape: columnOf(target!.shape) }
    return [float, float, { dtype: target!.dtype, shape: target!.shape }, { dtype: logits!.dtype, shape: logits!.shape }, column]
  },
  emit: ({ b, inputs, attrs }) => {
    const [x, target] = inputs as [Value, Value]
    const ignored = rawCompare(b, 'Equal', target, b.constant(attrs.ignoreIndex, [], target.dtype))
    const known = rawWhere(b, ignored, b.constant(0, [], target.dtype), target)
    const valid = rawCast(b, b.node1('Not', [ignored], ignored), x.dtype)
    const best = rawReduce(b, 'ReduceMax', x, [1], true)
    const exponentials = rawUnary(b, 'Exp', rawSub(b, x, best))
    const sum = rawReduce(b, 'ReduceSum', exponentials, [1], true)
    const column = { dtype: x.dtype, shape: columnOf(target.shape) }
    const picked = b.node1('GatherElements', [x, rawReshape(b, known, column.shape)], column, { axis: 1 })
    const loss = rawSub(b, rawAdd(b, rawUnary(b, 'Log', sum), best), picked)
    return [rawMul(b, rawReshape(b, loss, target.shape), valid), valid, known, exponentials, sum]
  },
  vjp: ({ b, outputs, cotangents }) => {
    const [, valid, known, exponentials, sum] = outputs as [Value, Value, Value, Value, Value]
    const dy = cotangents[0]
    invariant(dy && cotangents.slice(1).every((c) => !c), 'only the loss of crossEntropy is differentiated')
    const weight = rawMul(b, dy, valid)
    const all = rawMul(b, exponentials, rawDiv(b, rawReshape(b, weight, sum.shape), sum))
    return [subtractAtTargets(b, all, known, weight), undefined]
  },
  providers: everywhere,
  probes: [
    {
      inputs: [{ shape: ['N', 4, 3, 2] }, { shape: ['N', 3, 2], dtype: 'int32', values: { below: 4 } }],
      attrs: { ignoreIndex: 2 },
      bind: { N: 2 },
    },
    {
      inputs: [{ shape: [5, 3] }, { shape: [5], dtype: 'int64', values: { list: [0, 255, 2, 1, 1] } }],
      attrs: { ignoreIndex: 255 },
      providers: ['cpu'],
    },
  ],
})

/**
 * x [N,K,..] minus `amount` [N,..] at each position's class. Flat indices and ScatterND: ScatterElements along the class axis costs four times as
 * much, a comparison with all classes twice.
 */
function subtractAtTargets(b: GraphBuilder, x: Value, target: Value, amount: Value): Value {
  const [n, k, ...rest] = staticShape(x.shape) as [number, number, ...number[]]
  const positions = rest.reduce((p, d) => p * d, 1)
  const dtype = target.dtype
  const image = b.constant(
    Array.from({ length: n }, (_, i) => i * k * positions),
    [n, 1],
    dtype,
  )
  const position = b.constant(
    Array.from({ length: positions }, (_, i) => i),
    [1, positions],
    dtype,
  )
  const within = rawMul(b, rawReshape(b, target, [n, positions]), b.constant(positions, [], dtype))
  // Shaped before the cast: GPU providers reshape int32, not int64.
  const index = rawCast(b, rawReshape(b, rawAdd(b, rawAdd(b, within, position), image), [n * positions, 1]), 'int64')
  const flat = rawReshape(b, x, [n * k * positions])
  const inputs = [flat, index, rawReshape(b, rawUnary(b, 'Neg', amount), [n * positions])]
  return rawReshape(b, b.node1('ScatterND', inputs, flat, { reduction: 'add' }), x.shape)
}

export interface CrossEntropyPieces {
  /** Per position; 0 where ignored. */
  readonly loss: Value
  /** 1 or 0, float32. */
  readonly valid: Value
  /** The target with 0 for ignored positions: safe to gather class weights by. */
  readonly target: Value
}

export function crossEntropy(b: GraphBuilder, logits: Value, target: Value, attrs: CrossEntropyAttributes): CrossEntropyPieces {
  const [loss, valid, known] = b.opAll(crossEntropyOp, [logits, target], attrs)
  return { loss: loss!, valid: b.stopGradient(valid!), target: b.stopGradient(known!) }
}
