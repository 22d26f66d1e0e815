import type { Graph, GraphNode, Initializer, NamedTensor } from '../../graph/graph.ts'
import { eliminateCommonSubexpressions, eliminateDeadNodes } from '../../graph/passes.ts'
import { onnxTypeCode } from '../../tensor/dtype.ts'
import { shapeText } from '../../tensor/shape.ts'
import type { Executor } from '../executor.ts'
import { runtimeFailure } from '../failure.ts'
import { hostData, hostTensor, type RuntimeTensor } from '../session.ts'
import { chooseTfjsBackend } from './backend.ts'
import { download, upload } from './hostTensors.ts'
import { AttributeReader, refuse, type Kernel, type KernelContext } from './kernel.ts'
import { kernelTable } from './kernels/table.ts'
import { loadTfjs, type Tensor, type Tf } from './library.ts'

/** One node, ready to run. */
interface Step {
  readonly node: GraphNode
  readonly kernel: Kernel
  readonly attributes: AttributeReader
  /** Tensors that nothing after this node reads. */
  readonly freed: readonly string[]
}

/** A graph on kernels of TensorFlow.js: the nodes in order, every tensor freed after its last use. `run` blocks the calling thread while it computes. */
export class TfjsExecutor implements Executor {
  readonly #tf: Tf
  readonly #graph: Graph
  readonly #steps: readonly Step[]
  /** Fed tensors that something reads. */
  readonly #fed: readonly NamedTensor[]
  readonly #initializers: ReadonlyMap<string, Initializer>
  /** What outlives a run: uploaded initializers, and what kernels keep. */
  readonly #kept = new Map<string, Tensor>()
  readonly #numbers = new Map<string, readonly number[]>()

  private constructor(tf: Tf, graph: Graph) {
    this.#tf = tf
    this.#graph = graph
    this.#steps = stepsOf(graph)
    const read = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ value }) => value)])
    this.#fed = [...graph.inputs, ...graph.params, ...graph.buffers].filter(({ name }) => read.has(name))
    this.#initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]))
  }

  /** Errors: device/failed (an operator without a kernel, an element type that TensorFlow.js lacks). */
  static async create(graph: Graph): Promise<TfjsExecutor> {
    try {
      const tf = await loadTfjs((await chooseTfjsBackend()).backend)
      return new TfjsExecutor(tf, eliminateDeadNodes(eliminateCommonSubexpressions(graph)))
    } catch (cause) {
      throw runtimeFailure('tfjs', 'could not load the graph', cause)
    }
  }

  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    into?: Readonly<Record<string, RuntimeTensor | null>>,
  ): Promise<Record<string, RuntimeTensor>> {
    const live = new Map<string, Tensor>()
    try {
      for (const tensor of this.#fed) live.set(tensor.name, this.#upload(tensor, feeds[tensor.name]))
      for (const step of this.#steps) this.#runStep(step, live)
      return Promise.resolve(this.#results(live, into))
    } catch (cause) {
      return Promise.reject(runtimeFailure('tfjs', 'failed while running', cause))
    } finally {
      for (const tensor of live.values()) tensor.dispose()
    }
  }

  dispose(): Promise<void> {
    for (const tensor of this.#kept.values()) tensor.dispose()
    this.#kept.clear()
    return Promise.resolve()
  }

  #upload({ name, dtype, shape }: NamedTensor, feed: RuntimeTensor | undefined): Tensor {
    if (!feed) throw new Error(`the graph takes an input ${name}`)
    const fits = feed.dims.length === shape.length && shape.every((dim, i) => typeof dim !== 'number' || dim === feed.dims[i])
    if (!fits || feed.type !== dtype)
      throw new Error(`the input ${name} is ${feed.type}${shapeText(feed.dims)}, the graph takes ${dtype}${shapeText(shape)}`)
    return upload(this.#tf, name, dtype, hostData(feed), feed.dims)
  }

  #runStep(step: Step, live: Map<string, Tensor>): void {
    const { node, kernel, freed } = step
    try {
      const outputs = this.#tf.tidy(() => {
        const made = kernel.run(this.#context(step, live))
        const given = new Set(node.inputs.map((name) => live.get(name) ?? this.#kept.get(name)))
        // A tensor that is freed under one name must not live on under another.
        return (Array.isArray(made) ? (made as readonly Tensor[]) : [made as Tensor]).map((t) => (given.has(t) ? this.#tf.clone(t) : t))
      })
      node.outputs.forEach((name, i) => live.set(name, outputs[i]!))
    } catch (cause) {
      throw new Error(`${node.type} (${node.name}): ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
    for (const name of freed) {
      live.get(name)?.dispose()
      live.delete(name)
    }
  }

  #context({ node, attributes }: Step, live: ReadonlyMap<string, Tensor>): KernelContext {
    const input = (i: number): Tensor => live.get(node.inputs[i]!) ?? this.#constant(node.inputs[i]!)
    return {
      tf: this.#tf,
      attributes,
      outputCount: node.outputs.length,
      input,
      has: (i) => (node.inputs[i] ?? '') !== '',
      inputs: () => node.inputs.map((_, i) => input(i)),
      numbers: (i) => this.#constantNumbers(node.inputs[i]!) ?? Array.from(input(i).dataSync()),
      kept: (key, make) => this.#keep(`${node.type} ${key}`, make),
    }
  }

  #constant(name: string): Tensor {
    const { dtype, data, shape } = this.#initializers.get(name)!
    return this.#keep(name, () => upload(this.#tf, name, dtype, data, shape))
  }

  #constantNumbers(name: string): readonly number[] | undefined {
    const initializer = this.#initializers.get(name)
    if (!initializer) return undefined
    const known = this.#numbers.get(name) ?? Array.from(initializer.data as ArrayLike<number | bigint>, Number)
    this.#numbers.set(name, known)
    return known
  }

  #keep(key: string, make: () => Tensor): Tensor {
    const known = this.#kept.get(key) ?? this.#tf.keep(make())
    this.#kept.set(key, known)
    return known
  }

  #results(live: ReadonlyMap<string, Tensor>, into?: Readonly<Record<string, RuntimeTensor | null>>): Record<string, RuntimeTensor> {
    const wanted = into ? this.#graph.outputs.filter(({ name }) => name in into) : this.#graph.outputs
    const results: Record<string, RuntimeTensor> = {}
    for (const { name, value, dtype } of wanted) {
      const tensor = live.get(value) ?? this.#constant(value)
      const target = into?.[name] ?? undefined
      const data = download(tensor, dtype, target && hostData(target))
      results[name] = target ?? hostTensor(data, tensor.shape, dtype)
    }
    return results
  }
}

/** The nodes with their kernels, and after which each tensor can go. */
function stepsOf(graph: Graph): Step[] {
  const typed = [...graph.inputs, ...graph.params, ...graph.buffers, ...graph.initializers]
  if (typed.some(({ dtype }) => dtype === 'float16') || graph.nodes.some(({ attributes }) => attributes['to'] === onnxTypeCode.float16))
    refuse('float16')
  const lastUse = new Map<string, number>()
  graph.nodes.forEach((node, i) => [...node.outputs, ...node.inputs].forEach((name) => lastUse.set(name, i)))
  for (const { value } of graph.outputs) lastUse.set(value, Infinity)
  return graph.nodes.map((node, i) => {
    const kernel = kernelTable.get(node.type) ?? refuse(`the operator ${node.type} (${node.name})`)
    const unknown = Object.keys(node.attributes).find((name) => !kernel.attributes.includes(name))
    if (unknown !== undefined) refuse(`the attribute ${unknown} of ${node.type} (${node.name})`)
    const freed = [...new Set([...node.inputs, ...node.outputs])].filter((name) => lastUse.get(name) === i)
    return { node, kernel, attributes: new AttributeReader(node.attributes), freed }
  })
}
