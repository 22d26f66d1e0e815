import type { Value } from '../graph/graph.ts'
import { crossEntropy } from '../ops/crossEntropy.ts'
import { mul } from '../ops/elementwise.ts'
import { focusedCrossEntropy } from '../ops/focal.ts'
import { gather } from '../ops/shape.ts'
import { classWeightsOf, type LossContext, type LossOf } from './loss.ts'
import { boundaryMap, pixelMean } from './pixels.ts'

/** Softmax focal loss, logits `[N,K,H,W]`, labels `[N,H,W]` -> scalar: the mean of w_y (1 - p_y)^gamma (-log p_y). */
export function softmaxFocalLoss(context: LossContext, config: LossOf<'softmaxFocal'>): Value {
  const { b, logits, labels, ignoreIndex } = context
  const { loss, valid, target } = crossEntropy(b, logits, labels, { ignoreIndex })
  const weights = classWeightsOf(context, config.classWeights)
  const focused = focusedCrossEntropy(b, loss, config.gamma)
  const weighted = weights ? mul(b, focused, gather(b, b.constant(weights), target, 0)) : focused
  const shaped = config.boundary ? mul(b, weighted, boundaryMap(b, labels, ignoreIndex, config.boundary)) : weighted
  return pixelMean(b, shaped, valid, config.avgNonIgnore)
}
