import type { Value } from '../graph/graph.ts'
import { add, div, maximum, mul, neg, pow, sub } from '../ops/elementwise.ts'
import { classWeightsOf, type LossContext, type LossOf } from './loss.ts'
import { classMean, countedClasses, pixelSum, regionsOf } from './regions.ts'

/** 1 - index under this is rounding; a power below 1 of it would have no slope. */
const floor = 1e-7

/**
 * Tversky loss (Salehi et al. 2017), with gamma the focal one (Abraham and Khan 2018), logits `[N,K,H,W]`, labels `[N,H,W]` -> scalar: per picture
 * and class (1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth))^gamma, TP = sum pt, FP = sum p - TP, FN = sum t - TP, then the mean.
 */
export function tverskyLoss(context: LossContext, { alpha, beta, gamma, smooth, classes, classWeights }: LossOf<'tversky'>): Value {
  const { b } = context
  const { p, t } = regionsOf(context)
  const area = pixelSum(b, t)
  const hits = pixelSum(b, mul(b, p, t))
  const above = add(b, hits, smooth)
  const misses = add(b, mul(b, sub(b, pixelSum(b, p), hits), alpha), mul(b, sub(b, area, hits), beta))
  const loss = add(b, neg(b, div(b, above, add(b, above, misses))), 1)
  const focused = gamma === 1 ? loss : pow(b, maximum(b, loss, floor), gamma)
  return classMean(context, focused, countedClasses(b, area, classes), classWeightsOf(context, classWeights))
}
