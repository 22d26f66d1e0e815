import { invariant } from '../../shared/errors.ts'
import { allocate, fromNumbers, type DType, type TensorData } from '../tensor/dtype.ts'
import { equalShapes, isStatic, shapeText, type Shape } from '../tensor/shape.ts'
import { DimensionTensors } from './dimensionTensors.ts'
import type { Attributes, Graph, GraphNode, Initializer, NamedTensor, TensorType, Value } from './graph.ts'

/** Inputs of an op; an optional input may be absent. */
export type Operands = readonly (Value | undefined)[]

export interface EmitContext<A> {
  readonly b: GraphBuilder
  readonly inputs: Operands
  readonly attrs: A
  /** What the shape rule said about the outputs. */
  readonly types: readonly TensorType[]
}

export interface VjpContext<A> {
  readonly b: GraphBuilder
  readonly inputs: Operands
  readonly attrs: A
  readonly outputs: readonly Value[]
  /** One per output; undefined where the loss does not depend on it. */
  readonly cotangents: readonly (Value | undefined)[]
  /** One per input; a rule may skip what is not needed. */
  readonly needs: readonly boolean[]
}

/** One gradient per input, of the input's shape; undefined where there is none or it was not needed. */
export type VjpRule<A> = (context: VjpContext<A>) => readonly (Value | undefined)[]

/** Why an op has no gradient. */
export interface NoGrad {
  readonly noGrad: string
}

/** What the builder and the backward walk know of an op. */
export interface OpDefinition<A> {
  readonly name: string
  /** Types of the outputs from the types of the inputs; throws on operands that do not fit. */
  readonly shapeRule: (inputs: readonly (TensorType | undefined)[], attrs: A) => readonly TensorType[]
  /** Adds the ONNX nodes and returns the outputs. */
  readonly emit: (context: EmitContext<A>) => readonly Value[]
  readonly vjp: VjpRule<A> | NoGrad
}

/** One use of an op: what the backward walk goes through. */
export interface Application {
  readonly op: OpDefinition<unknown>
  readonly inputs: Operands
  readonly attrs: unknown
  readonly outputs: readonly Value[]
}

/**
 * Builds one ONNX graph. Ops go through `op`/`opAll`, which apply the shape rule, emit ONNX nodes and remember the application for the
 * backward walk; only op records call `node`.
 */
export class GraphBuilder {
  readonly name: string
  /** The applications so far, in order. */
  readonly tape: Application[] = []
  readonly #nodes: GraphNode[] = []
  readonly #inputs: NamedTensor[] = []
  readonly #params: NamedTensor[] = []
  readonly #buffers: NamedTensor[] = []
  readonly #initializers: Initializer[] = []
  readonly #outputs: (NamedTensor & { value: string })[] = []
  readonly #metadata: Record<string, string> = {}
  readonly #constants = new Map<string, Value>()
  readonly #constantData = new Map<string, Initializer>()
  readonly #names = new Map<string, number>()
  readonly #types = new Map<string, TensorType>()
  readonly #dimensions = new DimensionTensors(this)
  #scope = ''
  #emitting = 0
  #nextId = 0

  constructor(name = 'graph') {
    this.name = name
  }

  /** A tensor fed at every run. Symbols in its shape become known to the graph. */
  input(name: string, dtype: DType, shape: Shape): Value {
    const value = this.#declare(name, dtype, shape, this.#inputs)
    this.#dimensions.learn(value)
    return value
  }

  /** A trainable tensor: an input in training, an initializer after `bindWeights`. The name is absolute, not scoped. */
  param(name: string, shape: readonly number[], dtype: DType = 'float32'): Value {
    return this.#declare(name, dtype, shape, this.#params)
  }

  /** A tensor that training updates without a gradient (running statistics). The name is absolute, not scoped. */
  buffer(name: string, shape: readonly number[], dtype: DType = 'float32'): Value {
    return this.#declare(name, dtype, shape, this.#buffers)
  }

  #declare(name: string, dtype: DType, shape: Shape, list: NamedTensor[]): Value {
    invariant(!this.#names.has(name), `the name ${name} is taken`)
    this.#names.set(name, 1)
    list.push({ name, dtype, shape })
    return this.#value(name, { dtype, shape })
  }

  #value(name: string, type: TensorType): Value {
    this.#types.set(name, type)
    return { id: this.#nextId++, name, dtype: type.dtype, shape: type.shape }
  }

  /** A constant; equal constants are one tensor. A number becomes a scalar, an array a vector unless `shape` says otherwise. */
  constant(data: number | readonly number[] | TensorData, shape?: readonly number[], dtype: DType = 'float32'): Value {
    const array = typeof data === 'number' ? fromNumbers(dtype, [data]) : ArrayBuffer.isView(data) ? data : fromNumbers(dtype, data)
    const dims = shape ?? (typeof data === 'number' ? [] : [array.length])
    invariant(dims.reduce((a, b) => a * b, 1) === array.length, `${array.length} numbers do not fill ${shapeText(dims)}`)
    const key = constantKey(dtype, dims, array)
    const known = this.#constants.get(key)
    if (known) return known
    const value = this.#value(this.#unique('const'), { dtype, shape: [...dims] })
    const initializer = { name: value.name, dtype, shape: [...dims], data: array }
    this.#initializers.push(initializer)
    this.#constants.set(key, value)
    this.#constantData.set(value.name, initializer)
    return value
  }

  /** int64 vector of numbers, the form ONNX wants axes, shapes and indices in. */
  ints(values: readonly number[]): Value {
    return this.constant(values, [values.length], 'int64')
  }

  /** Zeros of a type whose shape is known. */
  zeros(type: TensorType): Value {
    invariant(isStatic(type.shape), 'zeros need a bound shape')
    return this.constant(
      allocate(
        type.dtype,
        type.shape.reduce((a, b) => a * b, 1),
      ),
      type.shape,
      type.dtype,
    )
  }

  /** The numbers behind a value made by `constant`, undefined for anything else. */
  constantData(value: Value): Initializer | undefined {
    return this.#constantData.get(value.name)
  }

  /** The shape as an int64 vector: a constant where all dimensions are known, otherwise computed from the shapes of the graph's inputs. */
  shapeTensor(shape: Shape): Value {
    return this.#dimensions.shapeTensor(shape)
  }

  /** Applies an op and returns its first output. */
  op<A>(definition: OpDefinition<A>, inputs: Operands, attrs: A): Value {
    return this.opAll(definition, inputs, attrs)[0]!
  }

  /** Applies an op and returns all its outputs. */
  opAll<A>(definition: OpDefinition<A>, inputs: Operands, attrs: A): readonly Value[] {
    const types = definition.shapeRule(inputs, attrs)
    this.#emitting++
    const emitted = definition.emit({ b: this, inputs, attrs, types })
    // An op that had nothing to do gives its input back: as a value of its own, or its gradient would be counted twice.
    const outputs = emitted.map((out) => (inputs.some((x) => x?.id === out.id) ? this.#value(out.name, out) : out))
    this.#emitting--
    invariant(outputs.length === types.length, `${definition.name} emitted ${outputs.length} outputs, its shape rule says ${types.length}`)
    outputs.forEach((out, i) => {
      const type = types[i]!
      if (out.dtype !== type.dtype || !equalShapes(out.shape, type.shape))
        invariant(
          false,
          `${definition.name} emitted ${out.dtype}${shapeText(out.shape)}, its shape rule says ${type.dtype}${shapeText(type.shape)}`,
        )
    })
    // Ops used inside another op's emit are that op's business: it has its own gradient rule.
    if (this.#emitting === 0) this.tape.push({ op: definition as OpDefinition<unknown>, inputs, attrs, outputs })
    return outputs
  }

  /** One ONNX node with outputs of the given types. For emit functions only. */
  node(type: string, inputs: Operands, outputs: readonly TensorType[], attributes: Attributes = {}): Value[] {
    const name = this.#unique(type)
    const values = outputs.map((t, i) => this.#value(outputs.length === 1 ? name : `${name}.${i}`, t))
    this.#nodes.push({ name, type, inputs: inputs.map((v) => v?.name ?? ''), outputs: values.map((v) => v.name), attributes })
    return values
  }

  /** One ONNX node with one output. */
  node1(type: string, inputs: Operands, output: TensorType, attributes: Attributes = {}): Value {
    return this.node(type, inputs, [output], attributes)[0]!
  }

  /** The same tensor, through which no gradient flows. Adds no node. */
  stopGradient(value: Value): Value {
    return this.#value(value.name, value)
  }

  /** The type of a tensor of the graph, by its name. */
  typeOf(name: string): TensorType | undefined {
    return this.#types.get(name)
  }

  /** Sum of tensors of one shape; what fan-in needs. */
  accumulate(values: readonly Value[]): Value {
    const [first] = values
    invariant(first, 'nothing to add up')
    if (values.length === 1) return first
    // A chain of Add, because GPU providers have no Sum.
    return values.slice(1).reduce((sum, value) => this.node1('Add', [sum, value], first), first)
  }

  /** Names made inside `build` start with `name/`. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope
    this.#scope = `${outer}${name}/`
    try {
      return build()
    } finally {
      this.#scope = outer
    }
  }

  #unique(base: string): string {
    const name = this.#scope + base
    let count = this.#names.get(name) ?? 0
    let candidate = count === 0 ? name : `${name}_${count}`
    while (this.#names.has(candidate)) candidate = `${name}_${++count}`
    this.#names.set(name, count + 1)
    this.#names.set(candidate, Math.max(1, this.#names.get(candidate) ?? 0))
    return candidate
  }

  /** Publishes a value under a name. */
  output(name: string, value: Value): void {
    invariant(!this.#outputs.some((o) => o.name === name), `two outputs are called ${name}`)
    this.#outputs.push({ name, value: value.name, dtype: value.dtype, shape: value.shape })
  }

  /** One key of the model's metadata. */
  metadata(key: string, value: string): void {
    this.#metadata[key] = value
  }

  /** The graph so far, as plain data. */
  graph(): Graph {
    return {
      name: this.name,
      nodes: [...this.#nodes],
      inputs: [...this.#inputs],
      params: [...this.#params],
      buffers: [...this.#buffers],
      initializers: [...this.#initializers],
      outputs: [...this.#outputs],
      metadata: { ...this.#metadata },
    }
  }
}

function constantKey(dtype: DType, shape: readonly number[], data: TensorData): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return `${dtype}[${shape.join()}]${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}`
}
