import { invariant } from '../../shared/errors.ts'
import { backward } from '../autodiff/backward.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { mixedPrecision } from '../graph/mixedPrecision.ts'
import type { BatchShape, Model } from '../models/model.ts'
import { initialise } from '../nn/init.ts'
import { Net, type TensorSource } from '../nn/net.ts'
import { concat, reshape, slice } from '../ops/shape.ts'
import { planParameters, type ParameterPlan } from '../optim/groups.ts'
import { Arena } from '../tensor/arena.ts'
import type { TrainStepOptions } from './step.ts'

/** A built graph and the network it was built from. */
export interface BuiltGraph {
  readonly net: Net
  readonly graph: Graph
}

/** A gradient graph, what it trains, and the names of its single losses. */
export interface BuiltGradientGraph extends BuiltGraph {
  readonly plan: ParameterPlan
  readonly losses: readonly string[]
}

/** The names of a gradient graph's outputs. */
export const outputNames = {
  loss: 'loss',
  part: (name: string): string => `loss.${name}`,
  gradient: (parameter: string): string => `gradient.${parameter}`,
  buffer: (name: string): string => `next.${name}`,
  extra: (name: string): string => `extra.${name}`,
  flatGradients: 'gradients',
  flatBuffers: 'nextBuffers',
} as const

/** Input of a float16 gradient graph, a scalar: every gradient comes multiplied by it. */
export const lossScaleInput = 'lossScale'

const inPrecision = (graph: Graph, { precision }: GradientOptions): Graph => (precision === 'fp16' ? mixedPrecision(graph) : graph)

/** What a gradient graph is built from. */
type GradientOptions = Pick<TrainStepOptions, 'model' | 'optimizer' | 'extras' | 'precision' | keyof BatchShape>

/**
 * Forward and backward of one micro-batch: parameters and buffers are inputs, `loss`, `loss.*`, `gradient.*`, `next.*` and `extra.*` outputs. What is
 * frozen has no gradient, and nothing is computed for it.
 */
export function gradientGraph(options: GradientOptions): BuiltGradientGraph {
  const net = new Net(new GraphBuilder(options.model.id), true)
  const { gradients, plan, losses } = buildGradients(net, options)
  gradients.forEach((value, name) => net.b.output(outputNames.gradient(name), value))
  for (const { name, value } of net.bufferUpdates) net.b.output(outputNames.buffer(name), value)
  return { net, graph: inPrecision(net.b.graph(), options), plan, losses }
}

/** The same over flat tensors: inputs `params` and `buffers`, outputs `gradients` (zeros where frozen) and `nextBuffers` of the same layouts. */
export function flatGradientGraph(options: GradientOptions, layout: FlatLayout): BuiltGradientGraph {
  const b = new GraphBuilder(options.model.id)
  const net = new Net(b, true, flatSource(b, layout))
  const { gradients, plan, losses } = buildGradients(net, options)
  b.output(
    outputNames.flatGradients,
    flatten(b, layout.params, (name) => gradients.get(name)),
  )
  const updates = new Map(net.bufferUpdates.map((u) => [u.name, u.value]))
  if (updates.size > 0)
    b.output(
      outputNames.flatBuffers,
      flatten(b, layout.buffers, (name) => updates.get(name)),
    )
  return { net, graph: inPrecision(b.graph(), options), plan, losses }
}

function buildGradients(
  net: Net,
  { model, optimizer, extras, precision, ...shape }: GradientOptions,
): { gradients: Map<string, Value> } & Pick<BuiltGradientGraph, 'plan' | 'losses'> {
  const { loss, losses, extra } = model.train(net, shape)
  net.b.output(outputNames.loss, loss)
  for (const [name, value] of Object.entries(losses)) net.b.output(outputNames.part(name), value)
  for (const name of extras ?? []) {
    invariant(extra[name], `the model has no extra output ${name}`)
    net.b.output(outputNames.extra(name), extra[name])
  }
  const sized = net.parameters.map(({ name, shape: dims }) => ({ name, length: dims.reduce((a, b) => a * b, 1) }))
  const plan = planParameters(sized, optimizer, model)
  const trained = net.parameters.filter(({ name }) => plan.multipliers(name))
  const values = backward(
    net.b,
    precision === 'fp16' ? { outputs: [loss], cotangents: [net.b.input(lossScaleInput, 'float32', [])] } : { loss },
    trained.map(({ name }) => net.paramValue(name)),
  )
  const zeros = (dims: readonly number[]) => net.b.zeros({ dtype: 'float32', shape: dims })
  const gradients = new Map(trained.map(({ name, shape: dims }, i): [string, Value] => [name, values[i] ?? zeros(dims)]))
  return { gradients, plan, losses: Object.keys(losses) }
}

/** The inference graph with weights as inputs (or slices of flat ones). */
export function inferenceGraph(model: Model, layout?: FlatLayout): BuiltGraph {
  const b = new GraphBuilder(model.id)
  const net = new Net(b, false, layout ? flatSource(b, layout) : b)
  model.infer(net)
  return { net, graph: b.graph() }
}

/** Where each tensor lies in the flat parameters and buffers. */
export interface FlatLayout {
  readonly params: Arena
  readonly buffers: Arena
}

/** Fresh arenas with the initial weights and running statistics of a network. */
export function initialArenas(net: Net, seed: number, allocate?: (floats: number) => Float32Array): FlatLayout {
  const layout = { params: new Arena(net.parameters, allocate), buffers: new Arena(net.buffers) }
  fillInitial(net, seed, layout)
  return layout
}

export function fillInitial(net: Net, seed: number, { params, buffers }: FlatLayout): void {
  for (const { name, init } of net.parameters) initialise(params.view(name), init, seed, name)
  for (const { name, value } of net.buffers) buffers.view(name).fill(value)
}

function flatSource(b: GraphBuilder, layout: FlatLayout): TensorSource {
  const params = b.input('params', 'float32', [layout.params.data.length])
  const buffers = layout.buffers.data.length > 0 ? b.input('buffers', 'float32', [layout.buffers.data.length]) : undefined
  const view = (flat: Value, arena: Arena, name: string, shape: readonly number[]): Value => {
    const { offset, length } = arena.entry(name)
    return reshape(b, slice(b, flat, { axes: [0], starts: [offset], ends: [offset + length] }), shape)
  }
  return {
    param: (name, shape) => view(params, layout.params, name, shape),
    buffer: (name, shape) => view(buffers!, layout.buffers, name, shape),
  }
}

/** Tensors side by side in an arena's layout, zeros in its padding and where there is none. */
function flatten(b: GraphBuilder, arena: Arena, valueOf: (name: string) => Value | undefined): Value {
  const pieces: Value[] = []
  let end = 0
  const padTo = (offset: number): void => {
    if (offset > end) pieces.push(b.zeros({ dtype: 'float32', shape: [offset - end] }))
  }
  for (const { name, offset, length } of arena.entries.values()) {
    const value = valueOf(name)
    if (!value) continue
    padTo(offset)
    pieces.push(reshape(b, value, [length]))
    end = offset + length
  }
  padTo(arena.data.length)
  return concat(b, pieces, 0)
}
