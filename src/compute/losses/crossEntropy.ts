import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { logSoftmax } from '../ops/activation.ts'
import { cast, greater, greaterOrEqual, less, where } from '../ops/compare.ts'
import { crossEntropy } from '../ops/crossEntropy.ts'
import { add, exp, maximum, minimum, mul, neg } from '../ops/elementwise.ts'
import { reduceMax, reduceSum } from '../ops/reduce.ts'
import { topK } from '../ops/select.ts'
import { gather, reshape, slice } from '../ops/shape.ts'
import { sizeOf, staticShape } from '../tensor/shape.ts'
import { classesOf, classWeightsOf, type LossContext, type LossOf } from './loss.ts'
import { boundaryMap, pixelMean } from './pixels.ts'

type Config = LossOf<'crossEntropy'>

/**
 * Mean softmax cross entropy, logits `[N,K,H,W]`, labels `[N,H,W]` -> scalar; 0, not NaN, without a valid pixel. Class weights multiply and do not
 * divide; label smoothing e: (1 - e) w_y (-log p_y) + e / K sum_k w_k (-log p_k).
 */
export function crossEntropyLoss(context: LossContext, config: Config): Value {
  const { b, logits, labels, ignoreIndex } = context
  const { loss, valid, target } = crossEntropy(b, logits, labels, { ignoreIndex })
  const weights = classWeightsOf(context, config.classWeights)
  let perPixel = weights ? mul(b, loss, gather(b, b.constant(weights), target, 0)) : loss
  if (config.labelSmoothing > 0) perPixel = smoothed(context, perPixel, valid, weights, config.labelSmoothing)
  if (config.ohem) perPixel = mul(b, perPixel, hardPixels(b, { loss, perPixel, valid }, config.ohem))
  if (config.boundary) perPixel = mul(b, perPixel, boundaryMap(b, labels, ignoreIndex, config.boundary))
  return pixelMean(b, perPixel, valid, config.avgNonIgnore)
}

function smoothed(context: LossContext, perPixel: Value, valid: Value, weights: readonly number[] | null, share: number): Value {
  const { b, logits } = context
  const k = classesOf(context)
  const scaled = (weights ?? new Array<number>(k).fill(1)).map((w) => (-share / k) * w)
  const spread = reduceSum(b, mul(b, logSoftmax(b, logits, 1), b.constant(scaled, [1, k, 1, 1])), [1])
  return add(b, mul(b, perPixel, 1 - share), mul(b, spread, valid))
}

/** Stands above every probability, for pixels that take no part. */
const beyond = 2

/**
 * 1 for the pixels that online hard example mining keeps, 0 for the others (Shrivastava et al. 2016; the rules are those of MMSegmentation's pixel
 * sampler). With a threshold t: true-class probability < max(t, p_(m)), p_(m) the m-th smallest of the batch counted from 0, m = minKept * N or the
 * last one; without: the minKept * N largest losses.
 */
function hardPixels(
  b: GraphBuilder,
  { loss, perPixel, valid }: { loss: Value; perPixel: Value; valid: Value },
  { threshold, minKept }: NonNullable<Config['ohem']>,
): Value {
  const [n, pixels] = staticShape([loss.shape[0]!, sizeOf(loss.shape)]) as [number, number]
  const kept = minKept * n
  const isValid = greater(b, valid, 0.5)
  if (threshold === null) {
    const ranked = where(b, isValid, b.stopGradient(perPixel), -1)
    return b.stopGradient(mul(b, cast(b, greaterOrEqual(b, ranked, nth(b, ranked, pixels, Math.min(kept, pixels))), 'float32'), valid))
  }
  const probability = exp(b, neg(b, b.stopGradient(loss)))
  const smallest = neg(b, nth(b, neg(b, where(b, isValid, probability, beyond)), pixels, Math.min(kept + 1, pixels)))
  const easiest = reduceMax(b, where(b, isValid, probability, -1), [0, 1, 2])
  const limit = maximum(b, minimum(b, smallest, easiest), threshold)
  return b.stopGradient(mul(b, cast(b, less(b, probability, limit), 'float32'), valid))
}

/** The k-th largest value, a vector of one. */
function nth(b: GraphBuilder, x: Value, pixels: number, k: number): Value {
  const { values } = topK(b, reshape(b, x, [pixels]), k, 0)
  return slice(b, values, { axes: [0], starts: [k - 1], ends: [k] })
}
