import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { add, div, mul, neg, pow, square } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import { classWeightsOf, type LossContext, type LossOf } from './loss.ts'
import { classMean, countedClasses, pictureMean, pixelSum, positive, regionsOf } from './regions.ts'

type Config = LossOf<'dice'>

/**
 * Dice loss (Milletari et al. 2016), logits `[N,K,H,W]`, labels `[N,H,W]` -> scalar. Ignored pixels are in no sum; a picture without a labelled
 * pixel is left out of the mean.
 */
export function diceLoss(context: LossContext, config: Config): Value {
  return config.form === 'perClass' ? perClass(context, config) : overall(context, config)
}

const oneMinus = (b: GraphBuilder, x: Value): Value => add(b, neg(b, x), 1)

/** Per picture and class 1 - (2 sum pt + smooth) / (sum p^exponent + sum t + smooth), then the mean. */
function perClass(context: LossContext, config: Config): Value {
  const { b } = context
  const { p, t } = regionsOf(context, config.activation)
  const area = pixelSum(b, t)
  const powered = config.exponent === 1 ? p : config.exponent === 2 ? square(b, p) : pow(b, p, config.exponent)
  const above = add(b, mul(b, pixelSum(b, mul(b, p, t)), 2), config.smooth)
  const below = add(b, add(b, pixelSum(b, powered), area), config.smooth)
  const counted = countedClasses(b, area, config.classes)
  return classMean(context, oneMinus(b, div(b, above, below)), counted, classWeightsOf(context, config.classWeights))
}

/** Per picture 1 - 2 sum pt / (sum p^2 + sum t^2 + 2 eps), sums over pixels and classes; naive: 1 - (2 sum pt + eps) / (sum p + sum t + eps). */
function overall(context: LossContext, { activation, naive, eps }: Config): Value {
  const { b } = context
  const { p, t } = regionsOf(context, activation)
  const total = (x: Value): Value => reduceSum(b, x, [1, 2, 3])
  const labelled = total(t)
  const both = mul(b, total(mul(b, p, t)), 2)
  const ratio = naive
    ? div(b, add(b, both, eps), add(b, add(b, total(p), labelled), eps))
    : div(b, both, add(b, add(b, total(square(b, p)), labelled), 2 * eps))
  return pictureMean(b, oneMinus(b, ratio), positive(b, labelled))
}
