import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { defineOp, everywhere } from './op.ts'
import { rawAdd, rawBinary, rawMul, rawScale, rawShift, rawSub, rawUnary } from './raw.ts'

export interface FocalAttributes {
  readonly gamma: number
}

/** sigmoid(z)^gamma as e^(-gamma (softplus(z) - z)): no power of a number that may be 0. */
const focus = (b: GraphBuilder, z: Value, softplus: Value, gamma: number): Value =>
  rawUnary(b, 'Exp', rawScale(b, rawSub(b, z, softplus), gamma))

/**
 * sigmoid(z)^gamma * softplus(z), z the logit of being wrong: the focal term of one binary decision (Lin et al. 2017). A further output keeps the
 * softplus. With s = sigmoid(z): dz = dy * s^gamma * (gamma (1 - s) softplus(z) + s).
 */
export const binaryFocalOp = defineOp<FocalAttributes>({
  name: 'binaryFocal',
  since: 13,
  attributes: { gamma: 'float' },
  shapeRule: ([z]) => [
    { dtype: z!.dtype, shape: z!.shape },
    { dtype: z!.dtype, shape: z!.shape },
  ],
  emit: ({ b, inputs, attrs: { gamma } }) => {
    const z = inputs[0]!
    const tail = rawUnary(b, 'Log', rawShift(b, rawUnary(b, 'Exp', rawUnary(b, 'Neg', rawUnary(b, 'Abs', z))), 1))
    const softplus = rawAdd(b, rawUnary(b, 'Relu', z), tail)
    return [gamma === 0 ? softplus : rawMul(b, focus(b, z, softplus, gamma), softplus), softplus]
  },
  vjp: ({ b, inputs, outputs, cotangents: [dy], attrs: { gamma } }) => {
    const [z, softplus] = [inputs[0]!, outputs[1]!]
    const s = focus(b, z, softplus, 1)
    if (gamma === 0) return [rawMul(b, dy!, s)]
    const slope = rawAdd(b, rawMul(b, rawScale(b, rawShift(b, rawUnary(b, 'Neg', s), 1), gamma), softplus), s)
    return [rawMul(b, dy!, rawMul(b, focus(b, z, softplus, gamma), slope))]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 5] }], attrs: { gamma: 2 }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 7] }], attrs: { gamma: 0.5 } },
    { inputs: [{ shape: [2, 7] }], attrs: { gamma: 0 } },
  ],
})

/** Under this, 1 - p is rounding: a power with a negative exponent of it would be infinite. */
const tiny = 1e-12

/** 1 - e^-c, the probability of being wrong behind a cross entropy. */
const wrong = (b: GraphBuilder, c: Value): Value =>
  rawBinary(b, 'Max', rawShift(b, rawUnary(b, 'Neg', rawUnary(b, 'Exp', rawUnary(b, 'Neg', c))), 1), b.constant(tiny, [], c.dtype))

const power = (b: GraphBuilder, x: Value, exponent: number): Value => {
  if (exponent === 1) return x
  return exponent === 2 ? rawMul(b, x, x) : rawBinary(b, 'Pow', x, b.constant(exponent, [], x.dtype))
}

/** (1 - p)^gamma * c for a cross entropy c = -log p >= 0. dc = dy * ((1 - p)^gamma + gamma (1 - p)^(gamma - 1) p c). */
export const focusedCrossEntropyOp = defineOp<FocalAttributes>({
  name: 'focusedCrossEntropy',
  since: 15,
  attributes: { gamma: 'float' },
  shapeRule: ([c]) => [{ dtype: c!.dtype, shape: c!.shape }],
  emit: ({ b, inputs, attrs: { gamma } }) => {
    const c = inputs[0]!
    return [gamma === 0 ? c : rawMul(b, power(b, wrong(b, c), gamma), c)]
  },
  vjp: ({ b, inputs, cotangents: [dy], attrs: { gamma } }) => {
    if (gamma === 0) return [dy]
    const c = inputs[0]!
    const q = wrong(b, c)
    const pc = rawMul(b, rawUnary(b, 'Exp', rawUnary(b, 'Neg', c)), c)
    const slope = rawAdd(b, power(b, q, gamma), rawMul(b, rawScale(b, power(b, q, gamma - 1), gamma), pc))
    return [rawMul(b, dy!, slope)]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 5], values: 'positive' }], attrs: { gamma: 2 }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 7], values: 'positive' }], attrs: { gamma: 0.5 } },
    { inputs: [{ shape: [2, 7], values: 'positive' }], attrs: { gamma: 0 } },
  ],
})

export function binaryFocal(b: GraphBuilder, z: Value, gamma: number): Value {
  return b.op(binaryFocalOp, [z], { gamma })
}

export function focusedCrossEntropy(b: GraphBuilder, crossEntropy: Value, gamma: number): Value {
  return b.op(focusedCrossEntropyOp, [crossEntropy], { gamma })
}
