import type { DType, TensorData } from '../tensor/dtype.ts'
import type { Shape } from '../tensor/shape.ts'

/** The type of a tensor at build time. */
export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

/** One tensor of a graph. `id` is unique in its builder; two values of one name are the same tensor seen with and without gradient. */
export interface Value extends TensorType {
  readonly id: number
  readonly name: string
}

/** ONNX attribute values; a plain number is an int, floats are marked so that 1 is never mistaken for 1.0. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] }

export type Attributes = Readonly<Record<string, AttributeValue>>

/** One ONNX node. An absent optional input is the empty name. */
export interface GraphNode {
  readonly name: string
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

/** A constant tensor stored in the graph. */
export interface Initializer extends TensorType {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: TensorData
}

export interface NamedTensor extends TensorType {
  readonly name: string
}

/** A graph as plain data: nodes in execution order. */
export interface Graph {
  readonly name: string
  readonly nodes: readonly GraphNode[]
  /** Fed at every run: data and scalars. */
  readonly inputs: readonly NamedTensor[]
  /** Trainable tensors: fed in training, initializers after `bindWeights`. */
  readonly params: readonly NamedTensor[]
  /** Tensors that training writes but the optimizer does not, e.g. running statistics. */
  readonly buffers: readonly NamedTensor[]
  readonly initializers: readonly Initializer[]
  /** `name` is the public name, `value` the tensor inside the graph. */
  readonly outputs: readonly (NamedTensor & { readonly value: string })[]
  /** Stored in the model's metadata_props. */
  readonly metadata: Readonly<Record<string, string>>
}
