import type { GraphProto, ModelProto, NodeProto } from './proto/onnx_pb.js'

/** The model with these outputs only, in place: nodes and weights that nothing needs any more go. Inputs stay. */
export function keepOutputs(model: ModelProto, wanted: readonly string[]): void {
  const graph = model.graph!
  graph.output = graph.output.filter(({ name }) => wanted.includes(name))
  const needed = new Set(wanted)
  const kept: NodeProto[] = []
  // Nodes are stored in the order of execution (onnx.proto, GraphProto.node).
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((name) => needed.has(name))) continue
    kept.push(node)
    for (const name of readBy(node)) needed.add(name)
  }
  graph.node = kept.reverse()
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name))
  graph.valueInfo = graph.valueInfo.filter(({ name }) => needed.has(name))
}

/** Inputs of a node and whatever the branches of If and Loop may read from around them. */
export function* readBy(node: NodeProto): Iterable<string> {
  yield* node.input
  for (const { g, graphs } of node.attribute) for (const inner of g ? [g, ...graphs] : graphs) yield* readInside(inner)
}

function* readInside(graph: GraphProto): Iterable<string> {
  for (const node of graph.node) yield* readBy(node)
  for (const { name } of graph.output) yield name
}
