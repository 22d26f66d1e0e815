import type { Graph, GraphNode } from './graph.ts'

/**
 * How the graph's outputs get their public names: the node output is renamed where it can be, otherwise (an input, a constant, a value
 * published twice, a name in use) an Identity node carries it.
 */
export function outputNames(graph: Graph): { renames: ReadonlyMap<string, string>; identities: readonly GraphNode[] } {
  const produced = new Set(graph.nodes.flatMap((n) => n.outputs))
  const taken = new Set([
    ...produced,
    ...graph.inputs.map((t) => t.name),
    ...graph.params.map((t) => t.name),
    ...graph.buffers.map((t) => t.name),
  ])
  for (const { name } of graph.initializers) taken.add(name)
  const renames = new Map<string, string>()
  const identities: GraphNode[] = []
  for (const { name, value } of graph.outputs) {
    if (name === value) continue
    if (produced.has(value) && !renames.has(value) && !taken.has(name)) renames.set(value, name)
    else identities.push({ name: `output/${name}`, type: 'Identity', inputs: [value], outputs: [name], attributes: {} })
  }
  return { renames, identities }
}
