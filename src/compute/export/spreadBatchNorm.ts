import type { Graph, GraphNode, Initializer } from '../graph/graph.ts'
import { eliminateDeadNodes } from '../graph/passes.ts'

/**
 * A BatchNormalization (inference) over a sum of convolutions, bilinear resizes of them included, moves into their weights: with gain = scale / std
 * and shift = bias - mean * gain, gain * (a + b) + shift = gain * a + gain * b + shift, a resize keeps per-channel gains, and the shift goes into one
 * bias. Run after `bindWeights` and `foldConstants`; what has another form is left as it is.
 */
export function spreadBatchNorm(graph: Graph): Graph {
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]))
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const uses = new Map<string, number>()
  for (const name of [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map((output) => output.value)])
    uses.set(name, (uses.get(name) ?? 0) + 1)
  const changed = new Map<GraphNode, GraphNode>()
  const renames = new Map<string, string>()
  const added: Initializer[] = []
  for (const norm of graph.nodes) {
    if (norm.type !== 'BatchNormalization') continue
    const affine = affineOf(norm, initializers)
    const convs = affine ? convolutionsBelow(norm.inputs[0]!, producer, uses, initializers) : null
    if (!affine || !convs) continue
    convs.forEach((conv, i) => {
      const { node, tensors } = scaled(conv, affine.gain, i === 0 ? affine.shift : null, initializers)
      changed.set(conv, node)
      added.push(...tensors)
    })
    renames.set(norm.outputs[0]!, norm.inputs[0]!)
  }
  const rename = (name: string): string => renames.get(name) ?? name
  const nodes = graph.nodes
    .filter((node) => !renames.has(node.outputs[0]!))
    .map((node) => {
      const current = changed.get(node) ?? node
      return { ...current, inputs: current.inputs.map(rename) }
    })
  return eliminateDeadNodes({
    ...graph,
    nodes,
    initializers: [...graph.initializers, ...added],
    outputs: graph.outputs.map((output) => ({ ...output, value: rename(output.value) })),
  })
}

type Tensors = ReadonlyMap<string, Initializer>

function floats(tensors: Tensors, name: string | undefined): Float32Array | undefined {
  const data = name === undefined ? undefined : tensors.get(name)?.data
  return data instanceof Float32Array ? data : undefined
}

function affineOf(norm: GraphNode, tensors: Tensors): { gain: Float64Array; shift: Float64Array } | null {
  const [scale, bias, mean, variance] = norm.inputs.slice(1).map((name) => floats(tensors, name))
  const epsilon = norm.attributes['epsilon']
  const eps = typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : 1e-5
  if (!scale || !bias || !mean || !variance) return null
  const gain = Float64Array.from(scale, (s, c) => s / Math.sqrt(variance[c]! + eps))
  return { gain, shift: gain.map((g, c) => bias[c]! - mean[c]! * g) }
}

/** The convolutions whose sum this value is, or null when anything else takes part or someone else reads a part of it. */
function convolutionsBelow(
  value: string,
  producer: ReadonlyMap<string, GraphNode>,
  uses: ReadonlyMap<string, number>,
  tensors: Tensors,
): GraphNode[] | null {
  const node = producer.get(value)
  if (!node || uses.get(value) !== 1) return null
  if (node.type === 'Conv') return floats(tensors, node.inputs[1]) && (!node.inputs[2] || floats(tensors, node.inputs[2])) ? [node] : null
  const parts =
    node.type === 'Add' ? node.inputs : node.type === 'Resize' && node.attributes['mode'] === 'linear' ? [node.inputs[0]!] : null
  const below = parts?.map((name) => convolutionsBelow(name, producer, uses, tensors))
  return below?.every((convs) => convs !== null) ? below.flat() : null
}

function scaled(
  conv: GraphNode,
  gain: Float64Array,
  shift: Float64Array | null,
  tensors: Tensors,
): { node: GraphNode; tensors: Initializer[] } {
  const original = tensors.get(conv.inputs[1]!)!
  const perChannel = original.data.length / gain.length
  const weight = Float32Array.from(original.data as Float32Array, (w, i) => w * gain[Math.floor(i / perChannel)]!)
  const before = floats(tensors, conv.inputs[2])
  const bias = Float32Array.from(gain, (g, c) => (before?.[c] ?? 0) * g + (shift?.[c] ?? 0))
  const names = { weight: `${conv.name}.weight.folded`, bias: `${conv.name}.bias.folded` }
  return {
    node: { ...conv, inputs: [conv.inputs[0]!, names.weight, names.bias] },
    tensors: [
      { name: names.weight, dtype: 'float32', shape: original.shape, data: weight },
      { name: names.bias, dtype: 'float32', shape: [gain.length], data: bias },
    ],
  }
}
