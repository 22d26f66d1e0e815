import { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { add, div, minimum, mul, sqrt, square, sub } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import type { Arena } from '../tensor/arena.ts'
import { adamwScalars, arenaSegments, type AdamWOptions } from './adamw.ts'
import type { ParameterGroup } from './groups.ts'

/**
 * The AdamW step of `AdamW.step` as a graph on flat arenas of `length` floats, for devices where the state stays in place: params, gradients,
 * firstMoment, secondMoment, rate and decay (multipliers per element) and `scalars` (see `updateScalars`) -> newParams, newFirstMoment,
 * newSecondMoment and, when clipping, norm. Clipping scales by min(1, clipNorm / (norm + 1e-6)) of the averaged gradient.
 */
export function adamwGraph(length: number, options: AdamWOptions, clipNorm: number | null): Graph {
  const b = new GraphBuilder('adamw')
  const input = (name: string, size = length): Value => b.input(name, 'float32', [size])
  const [params, raw, first, second] = ['params', 'gradients', 'firstMoment', 'secondMoment'].map((name) => input(name)) as [
    Value,
    Value,
    Value,
    Value,
  ]
  const [rate, decay] = [input('rate'), input('decay')]
  const [stepSize, rootCorrection, weightDecay, scale] = ['stepSize', 'rootCorrection', 'weightDecay', 'gradientScale'].map((name) =>
    input(name, 1),
  ) as [Value, Value, Value, Value]
  let g = mul(b, raw, scale)
  if (clipNorm !== null) {
    const norm = sqrt(b, reduceSum(b, square(b, g), [0], true))
    g = mul(b, g, minimum(b, div(b, b.constant(clipNorm, [1]), add(b, norm, 1e-6)), 1))
    b.output('norm', norm)
  }
  const [beta1, beta2] = options.betas
  const m = add(b, mul(b, first, beta1), mul(b, g, 1 - beta1))
  const v = add(b, mul(b, second, beta2), mul(b, square(b, g), 1 - beta2))
  const direction = div(b, mul(b, mul(b, m, stepSize), rate), add(b, mul(b, sqrt(b, v), rootCorrection), options.eps))
  const shrink = mul(b, mul(b, params, decay), weightDecay)
  b.output('newParams', sub(b, params, add(b, shrink, direction)))
  b.output('newFirstMoment', m)
  b.output('newSecondMoment', v)
  return b.graph()
}

/** The scalar inputs of `adamwGraph` for step `step` (from 1). */
export function updateScalars(options: AdamWOptions, lr: number, step: number, gradientScale: number): Record<string, Float32Array> {
  const { stepSize, rootCorrection, decay } = adamwScalars(options, lr, step)
  const one = (value: number): Float32Array => Float32Array.of(value)
  return { stepSize: one(stepSize), rootCorrection: one(rootCorrection), weightDecay: one(decay), gradientScale: one(gradientScale) }
}

/** The multipliers of every element: rate = lrMult, decay = lrMult * decayMult. */
export function elementMultipliers(arena: Arena, groups: readonly ParameterGroup[]): { rate: Float32Array; decay: Float32Array } {
  const rate = new Float32Array(arena.data.length)
  const decay = new Float32Array(arena.data.length)
  for (const { begin, end, lrMult, decayMult } of arenaSegments(arena, groups)) {
    rate.fill(lrMult, begin, end)
    decay.fill(lrMult * decayMult, begin, end)
  }
  return { rate, decay }
}
