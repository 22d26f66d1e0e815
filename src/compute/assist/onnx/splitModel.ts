import { clone, create } from '@bufbuild/protobuf'
import { keepOutputs, readBy } from '../../graph/keepOutputs.ts'
import { elementTypes } from './elementTypes.ts'
import {
  ModelProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../../graph/proto/onnx_pb.js'

export interface SplitModel {
  /** From one input of the whole to the tensors at the cut. */
  readonly before: ModelProto
  /** From the tensors at the cut and the other inputs to the outputs of the whole. */
  readonly after: ModelProto
  /** Tensors at the cut with their element types (TensorProto.DataType). */
  readonly cut: readonly { readonly name: string; readonly type: number }[]
}

/** What only asks for the size of a tensor. */
const sizeOnly = new Set(['Shape', 'Size'])

/**
 * Cuts a model where what depends on `input` alone ends and what depends on the other inputs begins; constants, and what is computed from sizes, go to both
 * halves. `dims` are those that the input will always have. Null where the halves cannot be told apart, or a tensor at the cut is not of floating-point
 * numbers.
 */
export function splitModel(model: ModelProto, input: string, dims: readonly number[]): SplitModel | null {
  const { nodes, constants } = withKnownSize(model.graph!, input, dims)
  const graph = { ...model.graph!, node: nodes, initializer: [...model.graph!.initializer, ...constants] }
  const weights = new Set(graph.initializer.map(({ name }) => name))
  const early = new Set([input])
  const late = new Set(graph.input.map(({ name }) => name).filter((name) => name !== input && !weights.has(name)))
  const first: NodeProto[] = []
  const second: NodeProto[] = []
  for (const node of nodes) {
    const reads = [...readBy(node)]
    const isLate = reads.some((name) => late.has(name))
    const isEarly = !isLate && !sizeOnly.has(node.opType) && reads.some((name) => early.has(name))
    for (const name of node.output) if (isLate || isEarly) (isLate ? late : early).add(name)
    if (!isLate) first.push(node)
    if (!isEarly) second.push(node)
  }
  if (!graph.output.every(({ name }) => late.has(name))) return null
  const whole = { ...model, graph }
  const inputs = graph.input.filter(({ name }) => name !== input)
  const after = half(whole, second, inputs, graph.output)
  const cut = [...new Set(after.graph!.node.flatMap((node) => [...readBy(node)]))].filter((name) => early.has(name))
  const types = elementTypes(graph)
  const tensors = cut.map((name) => ({ name, type: types.get(name) ?? 0 }))
  if (tensors.length === 0 || cut.includes(input) || !tensors.every(({ type }) => floats.has(type))) return null
  const infos = tensors.map(({ name, type }) => valueInfo(name, type))
  after.graph!.input = [...infos, ...inputs]
  const before = half(
    whole,
    first,
    graph.input.filter(({ name }) => name === input || weights.has(name)),
    infos,
  )
  return { before, after, cut: tensors }
}

/** TensorProto.DataType: FLOAT and FLOAT16. */
const floats = new Set([1, 10])

/** The size of an input that is always the same is a constant. */
function withKnownSize(graph: GraphProto, input: string, dims: readonly number[]): { nodes: NodeProto[]; constants: TensorProto[] } {
  const known = (node: NodeProto): boolean => node.opType === 'Shape' && node.input[0] === input && node.attribute.length === 0
  const constants = graph.node
    .filter(known)
    .map((node) =>
      create(TensorProtoSchema, { name: node.output[0]!, dataType: 7, dims: [BigInt(dims.length)], int64Data: dims.map(BigInt) }),
    )
  return { nodes: graph.node.filter((node) => !known(node)), constants }
}

function half(whole: ModelProto, node: NodeProto[], input: ValueInfoProto[], output: ValueInfoProto[]): ModelProto {
  // Tensors are shared with the whole, their bytes are not copied.
  const model = clone(ModelProtoSchema, { ...whole, graph: undefined })
  model.graph = { ...whole.graph!, node, input, output, valueInfo: [] }
  keepOutputs(
    model,
    output.map(({ name }) => name),
  )
  return model
}

function valueInfo(name: string, elemType: number): ValueInfoProto {
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } })
}
