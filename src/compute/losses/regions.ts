import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { sigmoid, softmax } from '../ops/activation.ts'
import { cast, greater } from '../ops/compare.ts'
import { div, maximum, mul } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import { expand, unsqueeze } from '../ops/shape.ts'
import { classesOf, oneHotLabels, type LossContext } from './loss.ts'
import { sumAll, validPixels } from './pixels.ts'

/** Probabilities and targets of every pixel and class, `[N,K,H,W]`, both 0 where the pixel is ignored. */
export interface Regions {
  readonly p: Value
  readonly t: Value
}

export function regionsOf(context: LossContext, activation: 'softmax' | 'sigmoid' = 'softmax'): Regions {
  const { b, logits } = context
  const raw = activation === 'softmax' ? softmax(b, logits, 1) : sigmoid(b, logits)
  return { p: mul(b, raw, unsqueeze(b, validPixels(context), 1)), t: oneHotLabels(context) }
}

/** Sum over the pixels of a picture, `[N,K,H,W]` -> `[N,K]`. */
export const pixelSum = (b: GraphBuilder, x: Value): Value => reduceSum(b, x, [2, 3])

/** 1 where x > 0. */
export const positive = (b: GraphBuilder, x: Value): Value => cast(b, greater(b, x, 0), 'float32')

/** 1 for the classes that count, `[M,K]`, from the labelled pixels per picture (or batch) and class: those that occur, or all of a picture that has labels. */
export function countedClasses(b: GraphBuilder, pixels: Value, which: 'present' | 'all'): Value {
  return which === 'present' ? positive(b, pixels) : expand(b, positive(b, reduceSum(b, pixels, [1], true)), pixels.shape)
}

/**
 * Loss per picture (or batch) and class `[M,K]` -> scalar: the mean over the counted classes of each, then over those that have one; 0 without any.
 * Class weights multiply and do not divide.
 */
export function classMean(context: LossContext, perClass: Value, counted: Value, weights: readonly number[] | null): Value {
  const { b } = context
  const weighted = weights ? mul(b, perClass, b.constant(weights, [1, classesOf(context)])) : perClass
  const each = div(b, reduceSum(b, mul(b, weighted, counted), [1]), maximum(b, reduceSum(b, counted, [1]), 1))
  return pictureMean(b, each, positive(b, reduceSum(b, counted, [1])))
}

/** Mean of `[M]` over those that are counted (1 or 0); 0 without any. */
export function pictureMean(b: GraphBuilder, each: Value, counted: Value): Value {
  return div(b, sumAll(b, mul(b, each, counted)), maximum(b, sumAll(b, counted), 1))
}
