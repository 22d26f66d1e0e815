import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { softmax } from '../ops/activation.ts'
import { cast, greater, greaterOrEqual, where } from '../ops/compare.ts'
import { add, div, maximum, mul, neg, sub } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import { cumSum, scatterElements, topK } from '../ops/select.ts'
import { expand, gatherElements, pad, reshape, slice, transpose, unsqueeze } from '../ops/shape.ts'
import { staticShape } from '../tensor/shape.ts'
import { classWeightsOf, oneHotLabels, type LossContext, type LossOf } from './loss.ts'
import { validPixels } from './pixels.ts'
import { classMean, countedClasses } from './regions.ts'

/**
 * Lovasz-softmax loss (Berman et al. 2018, algorithm 1), logits `[N,K,H,W]`, labels `[N,H,W]` -> scalar: per class the errors |t - p| in falling
 * order times the steps of the Jaccard loss along that order; ignored pixels come last and count nothing.
 */
export function lovaszLoss(context: LossContext, { per, classes, classWeights, maxPixels }: LossOf<'lovasz'>): Value {
  const { b } = context
  const grid = thinned(context, maxPixels)
  const [n, k, h, w] = staticShape(grid.logits.shape) as [number, number, number, number]
  const pixels = per === 'batch' ? n * h * w : h * w
  const rows = per === 'batch' ? k : n * k
  const inRows = (x: Value): Value => reshape(b, per === 'batch' ? transpose(b, x, [1, 0, 2, 3]) : x, [rows, pixels])
  const target = oneHotLabels(grid)
  const p = inRows(softmax(b, grid.logits, 1))
  const t = inRows(target)
  const valid = inRows(expand(b, unsqueeze(b, validPixels(grid), 1), grid.logits.shape))
  const errors = add(b, mul(b, p, add(b, mul(b, t, -2), 1)), t)
  const steps = jaccardSteps(b, b.stopGradient(where(b, greater(b, valid, 0.5), errors, -1)), t)
  const sets = per === 'batch' ? 1 : n
  const perClass = reshape(b, reduceSum(b, mul(b, errors, steps), [1]), [sets, k])
  const area = reshape(b, reduceSum(b, t, [1]), [sets, k])
  return classMean(context, perClass, countedClasses(b, area, classes), classWeightsOf(context, classWeights))
}

/** Ranked errors (-1: does not count) and targets `[R,P]` -> what each pixel's error is multiplied by, at the pixel's place; no gradient. */
function jaccardSteps(b: GraphBuilder, ranked: Value, t: Value): Value {
  const [rows, pixels] = staticShape(ranked.shape) as [number, number]
  const { values, indices } = topK(b, ranked, pixels, 1)
  const inSet = gatherElements(b, t, indices, 1)
  const counts = cast(b, greaterOrEqual(b, values, 0), 'float32')
  const total = reduceSum(b, t, [1], true)
  const missed = sub(b, total, cumSum(b, inSet, 1))
  const union = add(b, cumSum(b, mul(b, add(b, neg(b, inSet), 1), counts), 1), total)
  const jaccard = add(b, neg(b, div(b, missed, maximum(b, union, 1))), 1)
  const before = pad(b, slice(b, jaccard, { axes: [1], starts: [0], ends: [pixels - 1] }), [0, 1], [0, 0])
  const steps = mul(b, sub(b, jaccard, before), counts)
  return b.stopGradient(scatterElements(b, b.zeros({ dtype: 'float32', shape: [rows, pixels] }), indices, steps, 1))
}

/** The pixels of a regular grid, at most `limit` of the batch. */
function thinned(context: LossContext, limit: number | null): LossContext {
  const { b, logits, labels } = context
  const [n, , h, w] = staticShape(logits.shape) as [number, number, number, number]
  let step = 1
  while (limit !== null && step < Math.max(h, w) && n * Math.ceil(h / step) * Math.ceil(w / step) > limit) step++
  if (step === 1) return context
  const part = (axes: readonly [number, number]) => ({ axes, starts: [0, 0], ends: [h, w], steps: [step, step] })
  // GPU providers slice floats, not int32.
  const thinLabels = cast(b, slice(b, cast(b, labels, 'float32'), part([1, 2])), 'int32')
  return { ...context, logits: slice(b, logits, part([2, 3])), labels: thinLabels }
}
