import type { GraphBuilder } from '../../graph/builder.ts'
import type { Value } from '../../graph/graph.ts'
import { cast, equal, greater } from '../../ops/compare.ts'
import { add, clip, div, floor, mul, square, sub } from '../../ops/elementwise.ts'
import { matMul } from '../../ops/matmul.ts'
import { reduceMax, reduceSum } from '../../ops/reduce.ts'
import { argMax } from '../../ops/select.ts'
import { concat, gatherElements, reshape } from '../../ops/shape.ts'

export interface CorrectionInputs {
  /** Candidates' logits `[m,K,h,w]` and their true IoUs `[m,K]`. */
  readonly logits: Value
  readonly truth: Value
  /** Share of every cell that the object covers, `[m,1,h,w]`. */
  readonly target: Value
  /** Share of every cell that counts, `[m,1,h,w]`: nobody clicks beside the picture, or where it is void. */
  readonly counted: Value
  /** Uniform numbers in [0,1), `[m,1,h,w]`. */
  readonly noise: Value
  /** 1: the click lands anywhere among the errors; 0: in the middle of a large one, `[m,1,1,1]`. */
  readonly anywhere: Value
  /** Moves the click, in shares of the picture, `[m,2]`. */
  readonly jitter: Value
}

export interface Correction {
  /** The best candidate's logits `[m,1,h,w]`. */
  readonly logits: Value
  /** The next click `[m,1,2]` and its label `[m,1]`. */
  readonly point: Value
  readonly label: Value
}

/** Rows of a Gaussian over cells, `[size,size]`. */
function bells(b: GraphBuilder, size: number, sigma: number): Value {
  const row = (i: number): number[] => Array.from({ length: size }, (_, j) => Math.exp(-((i - j) ** 2) / (2 * sigma * sigma)))
  return b.constant(Array.from({ length: size }, (_, i) => row(i)).flat(), [size, size])
}

/**
 * What somebody would click next, inside the graph: of the errors of the best candidate one, where the blurred error map is highest (the middle of a
 * large error) or anywhere; the label says whether the object is there. No gradient flows through it.
 */
export function correct(b: GraphBuilder, inputs: CorrectionInputs): Correction {
  const { truth, target, counted, noise, anywhere, jitter } = inputs
  const [m, , h, w] = inputs.logits.shape as [number, number, number, number]
  const best = cast(b, equal(b, truth, reduceMax(b, truth, [1], true)), 'float32')
  const share = div(b, best, reduceSum(b, best, [1], true))
  const logits = reduceSum(b, mul(b, inputs.logits, reshape(b, share, [m, share.shape[1]!, 1, 1])), [1], true)
  const counts = cast(b, greater(b, counted, 0.5), 'float32')
  const inside = mul(b, cast(b, greater(b, target, mul(b, counted, 0.5)), 'float32'), counts)
  const errors = mul(b, square(b, sub(b, cast(b, greater(b, logits, 0), 'float32'), inside)), counts)
  const size = (cells: number): number => Math.max(1.5, cells / 20)
  const blurred = matMul(b, matMul(b, bells(b, h, size(h)), errors), bells(b, w, size(w)))
  const scale = div(b, blurred, add(b, reduceMax(b, blurred, [2, 3], true), 1e-6))
  const wish = add(b, mul(b, scale, sub(b, b.constant(1), anywhere)), mul(b, noise, add(b, anywhere, 0.05)))
  // Where nothing is wrong the click confirms: anywhere on the object.
  const score = add(b, mul(b, errors, add(b, wish, 0.01)), mul(b, mul(b, inside, noise), 1e-3))
  const at = argMax(b, reshape(b, score, [m, h * w]), 1, true)
  const index = cast(b, at, 'float32')
  const row = floor(b, div(b, add(b, index, 0.5), w))
  const column = sub(b, index, mul(b, row, w))
  const place = concat(b, [div(b, add(b, column, 0.5), w), div(b, add(b, row, 0.5), h)], 1)
  return {
    logits: b.stopGradient(logits),
    point: b.stopGradient(reshape(b, clip(b, add(b, place, jitter), { min: 0, max: 1 }), [m, 1, 2])),
    label: b.stopGradient(gatherElements(b, reshape(b, inside, [m, h * w]), at, 1)),
  }
}
