import { bytesPerElement } from '../tensor/dtype.ts'
import { bindShape } from '../tensor/shape.ts'
import type { Graph, TensorType } from './graph.ts'
import { topologicalOrder } from './passes.ts'

/** Nodes whose output is their input seen differently. */
const views = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity'])

/**
 * The most bytes of computed tensors that are alive at once when the nodes run in order, each freed after its last use; what is fed, stored
 * and answered is not counted. Every symbol of a shape must be bound.
 */
export function peakLiveBytes(
  graph: Graph,
  typeOf: (name: string) => TensorType | undefined,
  bindings: Readonly<Record<string, number>> = {},
): number {
  const nodes = topologicalOrder(graph)
  const owners = new Map<string, string>()
  const owner = (name: string): string => owners.get(name) ?? name
  for (const node of nodes) if (views.has(node.type)) owners.set(node.outputs[0]!, owner(node.inputs[0]!))
  const lastUse = new Map<string, number>()
  nodes.forEach((node, i) => node.inputs.forEach((name) => lastUse.set(owner(name), i)))
  const answered = new Set(graph.outputs.map(({ value }) => owner(value)))
  const sizes = new Map<string, number>()
  let alive = 0
  let peak = 0
  nodes.forEach((node, i) => {
    for (const name of node.outputs) {
      if (owners.has(name) || answered.has(name)) continue
      const bytes = bytesOf(typeOf(name), bindings)
      sizes.set(name, bytes)
      alive += bytes
    }
    peak = Math.max(peak, alive)
    for (const name of new Set([...node.inputs, ...node.outputs].map(owner))) {
      if ((lastUse.get(name) ?? i) > i) continue
      alive -= sizes.get(name) ?? 0
      sizes.delete(name)
    }
  })
  return peak
}

function bytesOf(type: TensorType | undefined, bindings: Readonly<Record<string, number>>): number {
  if (!type) return 0
  return bindShape(type.shape, bindings).reduce((product, size) => product * size, bytesPerElement(type.dtype))
}
