import type { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/graph.ts'
import { cast, greater } from '../../ops/compare.ts'
import { add, div, mul, neg, square, sub } from '../../ops/elementwise.ts'
import { binaryFocal } from '../../ops/focal.ts'
import { sigmoid } from '../../ops/activation.ts'
import { reduceMean, reduceMin, reduceSum } from '../../ops/reduce.ts'
import { slice } from '../../ops/shape.ts'
import type { Decoded } from './decoder.ts'

/** Focal to dice (Kirillov et al. 2023, appendix A). */
const focalWeight = 20
const alpha = 0.25
const gamma = 2

/** The losses of one round of answers, scalars, and what the next round is prompted from. */
export interface RoundLoss {
  readonly mask: Value
  readonly iou: Value
  /** True IoU of each candidate's mask (logit > 0) with the object, `[m,K]`, no gradient. */
  readonly truth: Value
}

const over = (b: GraphBuilder, x: Value): Value => reduceSum(b, x, [2, 3])

/** What answers are compared with, shares of every cell `[m,1,h,w]`: that the object covers, and that count (object or not); the first is in the second. */
interface RoundTruth {
  readonly target: Value
  readonly counted: Value
}

/** Focal loss for shares instead of classes: each pixel counts as inside as far as the object covers it; mean over the pixels that count, `[m,K]`. */
function focal(b: GraphBuilder, logits: Value, { target, counted }: RoundTruth): Value {
  const inside = mul(b, mul(b, binaryFocal(b, neg(b, logits), gamma), target), alpha)
  const outside = mul(b, mul(b, binaryFocal(b, logits, gamma), sub(b, counted, target)), 1 - alpha)
  return div(b, over(b, add(b, inside, outside)), add(b, over(b, counted), 1e-6))
}

/** 1 - (2 sum pt + 1) / (sum p + sum t + 1) over the pixels that count, `[m,K]`. */
function dice(b: GraphBuilder, logits: Value, { target, counted }: RoundTruth): Value {
  const p = sigmoid(b, logits)
  const both = add(b, mul(b, over(b, mul(b, p, target)), 2), 1)
  return sub(b, b.constant(1), div(b, both, add(b, add(b, over(b, mul(b, p, counted)), over(b, target)), 1)))
}

/** IoU of what lies above 0 with the cells that are mostly inside, each as far as it counts, no gradient. */
function trueIou(b: GraphBuilder, logits: Value, { target, counted }: RoundTruth): Value {
  const mask = mul(b, cast(b, greater(b, logits, 0), 'float32'), counted)
  const truth = cast(b, greater(b, target, mul(b, counted, 0.5)), 'float32')
  const both = over(b, mul(b, mask, truth))
  const either = sub(b, add(b, over(b, mask), over(b, mul(b, truth, counted))), both)
  return b.stopGradient(div(b, both, add(b, either, 1e-6)))
}

/**
 * What one round of candidates `[m,4,h,w]` is charged: candidate 0 always, of the other three the best one of each object; the estimated IoU of all four.
 */
export function roundLoss(b: GraphBuilder, { logits, iou }: Decoded, real: RoundTruth): RoundLoss {
  const each = add(b, mul(b, focal(b, logits, real), focalWeight), dice(b, logits, real))
  const part = (from: number, to: number): Value => slice(b, each, { axes: [1], starts: [from], ends: [to] })
  const single = reduceMean(b, part(0, 1), [0, 1])
  const several = reduceMean(b, reduceMin(b, part(1, 4), [1]), [0])
  const truth = trueIou(b, logits, real)
  return { mask: add(b, single, several), iou: reduceMean(b, square(b, sub(b, iou, truth)), [0, 1]), truth }
}
