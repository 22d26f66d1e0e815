import { onnxTypeCode } from '../tensor/dtype.ts'
import type { Graph, GraphNode } from './graph.ts'
import { topologicalOrder } from './passes.ts'

/** Always computed in float16: here it saves time, and the sums inside are kept in float32 by the devices that have it. */
const halved = new Set(['MatMul', 'Gemm', 'Conv', 'ConvTranspose'])
/** Computed in whatever their data come in: only moved or added, not summed up. Value: how many leading inputs are data. */
const following: Readonly<Record<string, number>> = {
  Reshape: 1,
  Transpose: 1,
  Slice: 1,
  Squeeze: 1,
  Unsqueeze: 1,
  Identity: 1,
  Neg: 1,
  Relu: 1,
  Add: 2,
  Sub: 2,
  Mul: 2,
  Concat: Infinity,
}
const shapeOnly = new Set(['Reshape', 'Transpose', 'Slice', 'Squeeze', 'Unsqueeze', 'Identity'])

/**
 * A float32 graph whose products (MatMul, Gemm, Conv, ConvTranspose) compute in float16, with Cast nodes around them. What only moves or adds
 * their results stays in float16; everything else (norms, softmax, reductions, losses) and every graph input and output stays float32.
 */
export function mixedPrecision(graph: Graph): Graph {
  return new HalfWriter(graph).write()
}

class HalfWriter {
  readonly #graph: Graph
  readonly #nodes: GraphNode[] = []
  /** Float16 twins of values, by name. */
  readonly #half = new Map<string, string>()
  /** Values that exist in float16 only, until somebody needs more. */
  readonly #onlyHalf = new Set<string>()
  /** Weights, constants and what is cut out of them: they take the precision of what they meet. */
  readonly #light: Set<string>

  constructor(graph: Graph) {
    this.#graph = graph
    const floats = [...graph.params, ...graph.buffers, ...graph.initializers].filter(({ dtype }) => dtype === 'float32')
    this.#light = new Set([
      ...floats.map(({ name }) => name),
      ...graph.inputs.filter(({ name }) => name === 'params').map(({ name }) => name),
    ])
  }

  write(): Graph {
    for (const node of topologicalOrder(this.#graph)) this.#take(node)
    for (const { value } of this.#graph.outputs) this.#whole(value)
    return { ...this.#graph, nodes: this.#nodes }
  }

  #take(node: GraphNode): void {
    if (shapeOnly.has(node.type) && this.#light.has(node.inputs[0]!)) this.#light.add(node.outputs[0]!)
    const data = halved.has(node.type) ? Infinity : this.#follows(node)
    if (data === 0) {
      for (const name of node.inputs) this.#whole(name)
      this.#nodes.push(node)
      return
    }
    const inputs = node.inputs.map((name, i) => (name !== '' && i < data ? this.#halfOf(name) : name))
    const outputs = node.outputs.map((name) => `${name}.half`)
    node.outputs.forEach((name, i) => {
      this.#half.set(name, outputs[i]!)
      this.#onlyHalf.add(name)
    })
    this.#nodes.push({ ...node, inputs, outputs })
  }

  /** How many inputs of a following node are data in float16; 0 where it computes in float32. */
  #follows({ type, inputs }: GraphNode): number {
    const data = following[type] ?? 0
    const operands = inputs.slice(0, data)
    const ready = operands.every((name) => this.#onlyHalf.has(name) || (operands.length > 1 && this.#light.has(name)))
    return ready && operands.some((name) => this.#onlyHalf.has(name)) ? data : 0
  }

  #halfOf(name: string): string {
    const known = this.#half.get(name)
    if (known !== undefined) return known
    const half = `${name}.half`
    this.#nodes.push({ name: `half/${name}`, type: 'Cast', inputs: [name], outputs: [half], attributes: { to: onnxTypeCode.float16 } })
    this.#half.set(name, half)
    return half
  }

  /** Makes sure that a value exists in float32. */
  #whole(name: string): void {
    if (!this.#onlyHalf.delete(name)) return
    const half = this.#half.get(name)!
    this.#nodes.push({ name: `whole/${name}`, type: 'Cast', inputs: [half], outputs: [name], attributes: { to: onnxTypeCode.float32 } })
  }
}
