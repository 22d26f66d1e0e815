import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { add, mul } from '../ops/elementwise.ts'
import { reduceMax, reduceMean } from '../ops/reduce.ts'
import { concat, slice } from '../ops/shape.ts'
import type { BatchInput, TrainingOutputs } from './model.ts'
import { correct } from './smallSam/correction.ts'
import { roundLoss } from './smallSam/objective.ts'

/** How a training step prompts. */
export interface PromptRounds {
  /** Objects of every picture. */
  readonly objects: number
  /** Points of the first prompt, filled up with label -1. */
  readonly firstPoints: number
  /** Answers per object and step: the first prompt, then one correction click each. */
  readonly rounds: number
}

/** What the objects are asked with: points `[m,P,2]` in shares of the picture, labels `[m,P]`, and the answer before, `[m,1,h,w]` logits. */
export interface Prompted {
  readonly points: Value
  readonly labels: Value
  readonly earlier: Value | null
}

/** The inputs of a batch about its objects, with masks of `cells x cells`. */
export function promptingInputs(batch: number, cells: number, { objects, firstPoints, rounds }: PromptRounds): BatchInput[] {
  const m = batch * objects
  const corrections = rounds - 1
  const floats = (name: string, shape: readonly number[]): BatchInput => ({ name, dtype: 'float32', shape })
  return [
    floats('target', [m, 1, cells, cells]),
    floats('counted', [m, 1, cells, cells]),
    floats('points', [m, firstPoints, 2]),
    floats('labels', [m, firstPoints]),
    ...(corrections > 0
      ? [
          floats('noise', [m, corrections, cells, cells]),
          floats('anywhere', [m, corrections, 1, 1]),
          floats('jitter', [m, corrections * 2]),
        ]
      : []),
  ]
}

/** Asks, charges every answer, finds the next click and asks again; the mean of the losses of all rounds. */
export function promptRounds(
  b: GraphBuilder,
  input: Readonly<Record<string, Value>>,
  { rounds }: PromptRounds,
  answer: (prompted: Prompted) => { readonly logits: Value; readonly iou: Value },
): TrainingOutputs {
  const target = input['target']!
  const counted = input['counted']!
  const round = (name: string, i: number, size: number): Value =>
    slice(b, input[name]!, { axes: [1], starts: [i * size], ends: [(i + 1) * size] })
  let prompted: Prompted = { points: input['points']!, labels: input['labels']!, earlier: null }
  const losses: Record<string, Value> = {}
  const totals: Value[] = []
  for (let i = 0; i < rounds; i++) {
    const answered = answer(prompted)
    const { mask, iou, truth } = roundLoss(b, answered, { target, counted })
    totals.push(add(b, mask, iou))
    losses[`mask${i + 1}`] = mask
    losses[`iouError${i + 1}`] = iou
    losses[`iou${i + 1}`] = reduceMean(b, slice(b, truth, { axes: [1], starts: [0], ends: [1] }), [0, 1])
    losses[`bestIou${i + 1}`] = reduceMean(b, reduceMax(b, truth, [1]), [0])
    if (i + 1 === rounds) break
    const next = correct(b, {
      logits: answered.logits,
      truth,
      target,
      counted,
      noise: round('noise', i, 1),
      anywhere: round('anywhere', i, 1),
      jitter: round('jitter', i, 2),
    })
    prompted = {
      points: concat(b, [prompted.points, next.point], 1),
      labels: concat(b, [prompted.labels, next.label], 1),
      earlier: next.logits,
    }
  }
  const sum = totals.reduce((a, loss) => add(b, a, loss))
  return { loss: mul(b, sum, 1 / rounds), losses, extra: {} }
}
