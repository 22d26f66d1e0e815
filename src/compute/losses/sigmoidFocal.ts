import type { Value } from '../graph/graph.ts'
import { add, div, mul } from '../ops/elementwise.ts'
import { binaryFocal } from '../ops/focal.ts'
import { reduceSum } from '../ops/reduce.ts'
import { sizeOf, staticShape } from '../tensor/shape.ts'
import { classesOf, classWeightsOf, oneHotLabels, type LossContext, type LossOf } from './loss.ts'
import { boundaryMap, pixelMean, sumAll, validPixels } from './pixels.ts'

/**
 * Sigmoid focal loss (Lin et al. 2017), logits `[N,K,H,W]`, labels `[N,H,W]` -> scalar: every class of every pixel is a binary decision,
 * a q^gamma (-log(1 - q)) with q the probability of being wrong, a = alpha for the pixel's class and 1 - alpha for the others.
 */
export function sigmoidFocalLoss(context: LossContext, config: LossOf<'sigmoidFocal'>): Value {
  const { b, logits, labels, ignoreIndex } = context
  const k = classesOf(context)
  const target = oneHotLabels(context)
  const wrongLogits = mul(b, logits, add(b, mul(b, target, -2), 1))
  const terms = binaryFocal(b, wrongLogits, config.gamma)
  const weights = classWeightsOf(context, config.classWeights)
  // With one factor for everything the passes over every class are spared.
  const isEven = config.alpha === 0.5 && config.classAlphas === null && weights === null
  const column = (of: (alpha: number) => number): Value => {
    const values = Array.from({ length: k }, (_, i) => of(config.classAlphas?.[i] ?? config.alpha) * (weights?.[i] ?? 1))
    return b.constant(values, [1, k, 1, 1])
  }
  const factor = (): Value =>
    add(
      b,
      mul(
        b,
        target,
        column((alpha) => 2 * alpha - 1),
      ),
      column((alpha) => 1 - alpha),
    )
  const valid = validPixels(context)
  const sum = reduceSum(b, isEven ? terms : mul(b, terms, factor()), [1])
  const perPixel = mul(b, sum, isEven ? mul(b, valid, 0.5) : valid)
  const shaped = config.boundary ? mul(b, perPixel, boundaryMap(b, labels, ignoreIndex, config.boundary)) : perPixel
  if (config.average === 'labelled') return pixelMean(b, shaped, valid, true)
  return div(b, sumAll(b, shaped), staticShape([sizeOf(logits.shape)])[0]!)
}
