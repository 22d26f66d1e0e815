import { invariant } from '../../shared/errors.ts'
import { toFloat16 } from '../tensor/dtype.ts'
import { staticShape } from '../tensor/shape.ts'
import type { Graph, GraphNode, Initializer } from './graph.ts'

/** Params and buffers become initializers holding the given weights; lengths are checked. */
export function bindWeights(graph: Graph, weights: (name: string) => Float32Array): Graph {
  const bound = [...graph.params, ...graph.buffers].map((tensor): Initializer => {
    const data = weights(tensor.name)
    const shape = staticShape(tensor.shape)
    invariant(data.length === shape.reduce((a, b) => a * b, 1), `${tensor.name} has ${data.length} numbers, its shape is [${shape.join()}]`)
    return { name: tensor.name, dtype: tensor.dtype, shape, data }
  })
  return { ...graph, params: [], buffers: [], initializers: [...graph.initializers, ...bound] }
}

/** Drops nodes, initializers, params and buffers that no output depends on. The inputs stay: they are the interface. */
export function eliminateDeadNodes(graph: Graph): Graph {
  const used = new Set(graph.outputs.map((o) => o.value))
  const nodes: GraphNode[] = []
  for (const node of [...topologicalOrder(graph)].reverse()) {
    if (!node.outputs.some((name) => used.has(name))) continue
    nodes.push(node)
    for (const name of node.inputs) used.add(name)
  }
  const live = <T extends { readonly name: string }>(list: readonly T[]): T[] => list.filter((t) => used.has(t.name))
  return {
    ...graph,
    nodes: nodes.reverse(),
    initializers: live(graph.initializers),
    params: live(graph.params),
    buffers: live(graph.buffers),
  }
}

/** Nodes in an order in which every input comes before its use; the given order where it already is one. */
export function topologicalOrder(graph: Graph): readonly GraphNode[] {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const done = new Set<GraphNode>()
  const order: GraphNode[] = []
  // An explicit stack: backward graphs are thousands of nodes deep.
  for (const root of graph.nodes) {
    const stack: { node: GraphNode; next: number }[] = [{ node: root, next: 0 }]
    while (stack.length > 0) {
      const top = stack.at(-1)!
      if (done.has(top.node)) stack.pop()
      else if (top.next < top.node.inputs.length) {
        const before = producer.get(top.node.inputs[top.next++]!)
        if (before && !done.has(before)) {
          invariant(!stack.some((s) => s.node === before), `the graph has a cycle through ${before.name}`)
          stack.push({ node: before, next: 0 })
        }
      } else {
        done.add(top.node)
        order.push(top.node)
        stack.pop()
      }
    }
  }
  return order
}

/** Nodes of the same type, inputs and attributes become one. Safe for every node here, because no node draws random numbers. */
export function eliminateCommonSubexpressions(graph: Graph): Graph {
  const renames = new Map<string, string>()
  const rename = (name: string): string => renames.get(name) ?? name
  const seen = new Map<string, GraphNode>()
  const nodes: GraphNode[] = []
  for (const original of topologicalOrder(graph)) {
    const node = { ...original, inputs: original.inputs.map(rename) }
    const key = JSON.stringify([node.type, node.inputs, node.outputs.length, node.attributes])
    const twin = seen.get(key)
    if (twin) node.outputs.forEach((name, i) => renames.set(name, twin.outputs[i]!))
    else {
      seen.set(key, node)
      nodes.push(node)
    }
  }
  return { ...graph, nodes, outputs: graph.outputs.map((o) => ({ ...o, value: rename(o.value) })) }
}

/**
 * Conv followed by BatchNormalization (inference), both with initializers: the normalisation moves into the convolution's weight and bias.
 * w' = w * scale / std per output channel, b' = (b - mean) * scale / std + bias. Run after `bindWeights`.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers.map((t) => [t.name, t]))
  const uses = new Map<string, number>()
  for (const name of [...graph.nodes.flatMap((n) => n.inputs), ...graph.outputs.map((o) => o.value)])
    uses.set(name, (uses.get(name) ?? 0) + 1)
  const producer = new Map(graph.nodes.map((node) => [node.outputs[0]!, node]))
  const replaced = new Map<GraphNode, GraphNode | null>()
  const added: Initializer[] = []
  for (const norm of graph.nodes) {
    if (norm.type !== 'BatchNormalization') continue
    const conv = producer.get(norm.inputs[0]!)
    if (conv?.type !== 'Conv' || uses.get(conv.outputs[0]!) !== 1) continue
    const folded = foldInto(conv, norm, initializers)
    if (!folded) continue
    added.push(folded.weight, folded.bias)
    replaced.set(norm, null)
    replaced.set(conv, { ...conv, inputs: [conv.inputs[0]!, folded.weight.name, folded.bias.name], outputs: norm.outputs })
  }
  const nodes = graph.nodes.flatMap((node) => (replaced.has(node) ? (replaced.get(node) ?? []) : node))
  return eliminateDeadNodes({ ...graph, nodes, initializers: [...graph.initializers, ...added] })
}

function foldInto(
  conv: GraphNode,
  norm: GraphNode,
  initializers: ReadonlyMap<string, Initializer>,
): { weight: Initializer; bias: Initializer } | undefined {
  const floats = (name: string | undefined): Float32Array | undefined => {
    const data = name === undefined ? undefined : initializers.get(name)?.data
    return data instanceof Float32Array ? data : undefined
  }
  const weight = floats(conv.inputs[1])
  const [scale, bias, mean, variance] = norm.inputs.slice(1).map(floats)
  const epsilon = norm.attributes['epsilon']
  const eps = typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : 1e-5
  if (!weight || !scale || !bias || !mean || !variance) return undefined
  if (conv.inputs[2] && !floats(conv.inputs[2])) return undefined
  const before = floats(conv.inputs[2])
  const channels = scale.length
  const perChannel = weight.length / channels
  const newWeight = new Float32Array(weight.length)
  const newBias = new Float32Array(channels)
  for (let c = 0; c < channels; c++) {
    const gain = scale[c]! / Math.sqrt(variance[c]! + eps)
    for (let i = c * perChannel; i < (c + 1) * perChannel; i++) newWeight[i] = weight[i]! * gain
    newBias[c] = ((before?.[c] ?? 0) - mean[c]!) * gain + bias[c]!
  }
  const original = initializers.get(conv.inputs[1]!)!
  return {
    weight: { ...original, name: `${original.name}.folded`, data: newWeight },
    bias: { name: `${original.name}.foldedBias`, dtype: 'float32', shape: [channels], data: newBias },
  }
}

/** Weights of two or more dimensions are stored as float16 and cast to float32 where they are used; vectors (norms, biases) keep float32. */
export function float16Weights(graph: Graph): Graph {
  const casts: GraphNode[] = []
  const initializers = graph.initializers.map((tensor): Initializer => {
    if (tensor.shape.length < 2 || !(tensor.data instanceof Float32Array)) return tensor
    const name = `${tensor.name}.f16`
    casts.push({ name: `cast/${tensor.name}`, type: 'Cast', inputs: [name], outputs: [tensor.name], attributes: { to: 1 } })
    return { name, dtype: 'float16', shape: tensor.shape, data: toFloat16(tensor.data) }
  })
  return { ...graph, initializers, nodes: [...casts, ...graph.nodes] }
}
