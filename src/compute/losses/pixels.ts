import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { cast, equal, greater, not, where } from '../ops/compare.ts'
import { maxPool2d } from '../ops/conv.ts'
import { add, div, maximum, neg } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import { reshape } from '../ops/shape.ts'
import { sizeOf, staticShape } from '../tensor/shape.ts'
import type { LossContext, LossOf } from './loss.ts'

/** Sum of everything, a scalar. */
export function sumAll(b: GraphBuilder, x: Value): Value {
  return reduceSum(
    b,
    x,
    x.shape.map((_, i) => i),
  )
}

/** 1 where labelled, 0 where ignored, float32 of the labels' shape. */
export function validPixels({ b, labels, ignoreIndex }: Pick<LossContext, 'b' | 'labels' | 'ignoreIndex'>): Value {
  return cast(b, not(b, equal(b, labels, ignoreIndex)), 'float32')
}

/** Mean of a loss per pixel that is 0 where ignored: over the valid pixels (0 where there is none), or over all of them. */
export function pixelMean(b: GraphBuilder, loss: Value, valid: Value, avgNonIgnore: boolean): Value {
  const count = avgNonIgnore ? maximum(b, sumAll(b, valid), 1) : staticShape([sizeOf(loss.shape)])[0]!
  return div(b, sumAll(b, loss), count)
}

/**
 * Factors per pixel from labels `[N,H,W]`: `weight` where two classes lie within `width` pixels (a square window around the pixel, ignored ones
 * not counted), 1 elsewhere; no gradient. Two max pools of the labels per direction, so it runs wherever the network runs.
 */
export function boundaryMap(
  b: GraphBuilder,
  labels: Value,
  ignoreIndex: number,
  { width, weight }: NonNullable<LossOf<'crossEntropy'>['boundary']>,
): Value {
  const [n, h, w] = staticShape(labels.shape) as [number, number, number]
  const ignored = equal(b, labels, ignoreIndex)
  const indices = cast(b, labels, 'float32')
  const largest = windowMax(b, reshape(b, where(b, ignored, -1000, indices), [n, 1, h, w]), width)
  const smallest = windowMax(b, reshape(b, where(b, ignored, -1000, neg(b, indices)), [n, 1, h, w]), width)
  // largest + smallest = max - min of the classes seen; windows of ignored pixels alone are far below 0.
  const border = greater(b, add(b, largest, smallest), 0)
  return b.stopGradient(reshape(b, where(b, border, weight, 1), [n, h, w]))
}

function windowMax(b: GraphBuilder, x: Value, radius: number): Value {
  const kernel = 2 * radius + 1
  const rows = maxPool2d(b, x, { kernel: [kernel, 1], stride: 1, pad: [radius, 0] })
  return maxPool2d(b, rows, { kernel: [1, kernel], stride: 1, pad: [0, radius] })
}
