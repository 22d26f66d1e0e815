import type { Optimizer } from '../../shared/model/train/optimizers/table.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { add, clip, div, minimum, mul, sign, sqrt, square, sub } from '../ops/elementwise.ts'
import { reduceSum } from '../ops/reduce.ts'
import { emaProgram } from './ema.ts'
import { updateNumbers, updateProgram } from './optimizers/table.ts'
import type { Arithmetic, Program } from './program.ts'

const graphArithmetic = (b: GraphBuilder): Arithmetic<Value> => ({
  add: (x, y) => add(b, x, y),
  sub: (x, y) => sub(b, x, y),
  mul: (x, y) => mul(b, x, y),
  div: (x, y) => div(b, x, y),
  sqrt: (x) => sqrt(b, x),
  sign: (x) => sign(b, x),
  clamp: (x, limit) => clip(b, x, { min: -limit, max: limit }),
})

/** The outputs of an update graph, by the array they replace. */
export const nextOf = (array: string): string => `next.${array}`

/** A program on flat tensors of `length`: its arrays and numbers are inputs, `next.*` outputs. `adapt` changes what the program reads. */
function programGraph(
  name: string,
  length: number,
  program: Program,
  adapt: (b: GraphBuilder, name: string, value: Value, read: (array: string) => Value) => Value = (_b, _name, value) => value,
): Graph {
  const b = new GraphBuilder(name)
  const seen = new Map<string, Value>()
  const read = (size: number) => (input: string) => {
    const known = seen.get(input)
    if (known) return known
    const value = adapt(b, input, b.input(input, 'float32', [size]), read(length))
    seen.set(input, value)
    return value
  }
  for (const array of program.arrays) read(length)(array)
  const results = program.build(graphArithmetic(b), read(length), read(1))
  results.forEach((value, array) => b.output(nextOf(array), value))
  return b.graph()
}

/**
 * The update of `FlatOptimizer` as a graph, for devices where the state stays in place. Further inputs `rateOf` and `decayOf` are multipliers
 * per element (`elementMultipliers`). When clipping by norm, or asked for it, there is an output `norm` of the averaged gradient; clipping scales
 * by min(1, clipNorm / (norm + 1e-6)).
 */
export function updateGraph(length: number, optimizer: Optimizer, withNorm = optimizer.clipNorm !== null): Graph {
  const { clipNorm } = optimizer
  const program = updateProgram(optimizer)
  return programGraph('update', length, program, (b, name, value, read) => {
    if (name === 'rate') return mul(b, read('rateOf'), value)
    if (name === 'decay') return mul(b, read('decayOf'), value)
    if (name !== 'gradientScale' || !withNorm) return value
    const norm = sqrt(b, reduceSum(b, square(b, mul(b, read('gradients'), value)), [0], true))
    b.output('norm', norm)
    if (clipNorm === null) return value
    return mul(b, value, minimum(b, div(b, b.constant(clipNorm, [1]), add(b, norm, 1e-6)), 1))
  })
}

/** The moving average of flat weights: `average`, `source` and `momentum` -> `next.average`. */
export const emaGraph = (length: number): Graph => programGraph('ema', length, emaProgram)

/** The number inputs of `updateGraph` for the `update`-th update, counted from 1. */
export function updateScalars(optimizer: Optimizer, lr: number, update: number, gradientScale: number): Record<string, Float32Array> {
  const numbers = { rate: lr, decay: optimizer.weightDecay, gradientScale, ...updateNumbers(optimizer, update) }
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]))
}
