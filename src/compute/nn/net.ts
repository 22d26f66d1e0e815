import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { counterRng } from '../tensor/rng.ts'
import { staticShape, type Shape } from '../tensor/shape.ts'
import type { Init } from './init.ts'

/** A trainable tensor of a network. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly init: Init
}

/** A tensor the network keeps without a gradient (running statistics), and what it starts with. */
export interface BufferSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly value: number
}

/** A dropout mask, an input of the training graph: each entry is 0 with probability `rate`, otherwise 1 / (1 - rate). */
export interface MaskSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly rate: number
}

/** Where a network's tensors come from in the graph; by default each is a `param` or `buffer` of the builder. */
export interface TensorSource {
  param(name: string, shape: readonly number[]): Value
  buffer(name: string, shape: readonly number[]): Value
}

/** A network under construction: the graph builder plus what training must know about its tensors. Layers take it as their first argument. */
export class Net {
  readonly b: GraphBuilder
  /** Batch statistics and dropout, or running statistics and none. */
  readonly training: boolean
  readonly parameters: ParameterSpec[] = []
  readonly buffers: BufferSpec[] = []
  readonly masks: MaskSpec[] = []
  /** New values of buffers after a training step. */
  readonly bufferUpdates: { readonly name: string; readonly value: Value }[] = []
  readonly #params = new Map<string, Value>()
  readonly #source: TensorSource

  constructor(b: GraphBuilder, training: boolean, source: TensorSource = b) {
    this.b = b
    this.training = training
    this.#source = source
  }

  /** Names are absolute, as in the checkpoint; a network's first use declares the tensor. */
  param(name: string, shape: readonly number[], init: Init): Value {
    const value = this.#source.param(name, shape)
    this.parameters.push({ name, shape, init })
    this.#params.set(name, value)
    return value
  }

  buffer(name: string, shape: readonly number[], value: number): Value {
    this.buffers.push({ name, shape, value })
    return this.#source.buffer(name, shape)
  }

  /** A dropout mask input `mask.<name>`. */
  mask(name: string, shape: Shape, rate: number): Value {
    const spec = { name: `mask.${name}`, shape: staticShape(shape), rate }
    this.masks.push(spec)
    return this.b.input(spec.name, 'float32', spec.shape)
  }

  /** The graph value of a declared parameter. */
  paramValue(name: string): Value {
    const value = this.#params.get(name)
    if (!value) throw new RangeError(`the network has no parameter ${name}`)
    return value
  }
}

/** The mask of a batch of one step: the same for the same (seed, step, batch, name), whatever ran before. */
export function drawMask(spec: MaskSpec, seed: number, step: number, batch: number, target: Float32Array): void {
  const rng = counterRng(seed, 'mask', step, batch, spec.name)
  const kept = 1 / (1 - spec.rate)
  for (let i = 0; i < target.length; i++) target[i] = rng.uniform() < spec.rate ? 0 : kept
}
