import { create } from '@bufbuild/protobuf'
import { decodeModel, encodeModel, encodeModelProto } from '../graph/codec.ts'
import type { Graph, GraphNode, Initializer } from '../graph/graph.ts'
import { eliminateDeadNodes, topologicalOrder } from '../graph/passes.ts'
import { ValueInfoProtoSchema } from '../graph/proto/onnx_pb.js'
import { Session, hostData } from '../runtime/session.ts'
import type { DType } from '../tensor/dtype.ts'

/** Nodes that only rearrange float weights may grow them; what grows more than this is computed at run time instead. */
const maxBytes = 1 << 28

/**
 * Everything that depends on initializers alone becomes an initializer: ONNX Runtime computes it once, on the CPU. Run after `bindWeights`.
 * Errors: device/failed.
 */
export async function foldConstants(graph: Graph): Promise<Graph> {
  const constant = new Set(graph.initializers.map((tensor) => tensor.name))
  const folded: GraphNode[] = []
  const kept: GraphNode[] = []
  for (const node of topologicalOrder(graph)) {
    const foldable = node.inputs.length > 0 && node.inputs.every((name) => name === '' || constant.has(name))
    if (foldable) for (const name of node.outputs) constant.add(name)
    ;(foldable ? folded : kept).push(node)
  }
  if (folded.length === 0) return graph
  const made = new Set(folded.flatMap((node) => node.outputs))
  const wanted = [...new Set([...kept.flatMap((node) => node.inputs), ...graph.outputs.map((output) => output.value)])].filter((name) =>
    made.has(name),
  )
  const values = await compute(graph, folded, wanted)
  if (values.reduce((sum, { data }) => sum + data.byteLength, 0) > maxBytes) return graph
  return eliminateDeadNodes({ ...graph, nodes: kept, initializers: [...graph.initializers, ...values] })
}

async function compute(graph: Graph, nodes: readonly GraphNode[], wanted: readonly string[]): Promise<Initializer[]> {
  const model = decodeModel(encodeModel({ ...graph, nodes, inputs: [], params: [], buffers: [], outputs: [], metadata: {} }))
  // Types of the results are left to ONNX Runtime to infer.
  model.graph!.output = wanted.map((name) => create(ValueInfoProtoSchema, { name }))
  const session = await Session.create(encodeModelProto(model), { provider: 'cpu', threads: 1 })
  try {
    const results = await session.run({})
    return wanted.map((name) => {
      const tensor = results[name]!
      return { name, dtype: tensor.type as DType, shape: [...tensor.dims], data: hostData(tensor) }
    })
  } finally {
    await session.dispose()
  }
}
