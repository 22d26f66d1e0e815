import type { GraphProto, NodeProto } from '../../graph/proto/onnx_pb.js'

const [float32, uint8, int32, int64, bool] = [1, 2, 6, 7, 9]

/** Operators whose result has a type of its own (onnx Operators.md, opset 17); of all others it is that of the first operand. */
const fixed: Readonly<Record<string, readonly number[]>> = {
  Shape: [int64],
  Size: [int64],
  NonZero: [int64],
  ArgMax: [int64],
  ArgMin: [int64],
  Equal: [bool],
  Greater: [bool],
  GreaterOrEqual: [bool],
  Less: [bool],
  LessOrEqual: [bool],
  Not: [bool],
  And: [bool],
  Or: [bool],
  Xor: [bool],
  IsNaN: [bool],
  IsInf: [bool],
  MatMulInteger: [int32],
  ConvInteger: [int32],
  DynamicQuantizeLinear: [uint8, float32, uint8],
}
/** Operators whose result has the type of another operand. */
const operand: Readonly<Record<string, number>> = { Where: 1, OneHot: 2, DequantizeLinear: 1, QuantizeLinear: 2 }
/** Types that depend on what the branches do. */
const unknown = new Set(['If', 'Loop', 'Scan', 'SequenceAt', 'Optional'])

/** Element type (TensorProto.DataType) of the tensors of a graph, as far as the operators of this table tell. */
export function elementTypes(graph: GraphProto): Map<string, number> {
  const types = new Map<string, number>()
  for (const { name, dataType } of graph.initializer) types.set(name, dataType)
  for (const { name, type } of [...graph.input, ...graph.valueInfo])
    if (type?.value.case === 'tensorType') types.set(name, type.value.value.elemType)
  for (const node of graph.node) {
    const found = resultTypes(node, types)
    node.output.forEach((name, i) => {
      const type = found[i] ?? (node.opType === 'TopK' && i === 1 ? int64 : found[0])
      if (type !== undefined && name !== '' && !types.has(name)) types.set(name, type)
    })
  }
  return types
}

function resultTypes(node: NodeProto, types: ReadonlyMap<string, number>): readonly (number | undefined)[] {
  const attribute = (name: string) => node.attribute.find((entry) => entry.name === name)
  if (unknown.has(node.opType) || node.domain !== '') return []
  if (node.opType === 'Cast') return [Number(attribute('to')?.i ?? 0) || undefined]
  if (node.opType === 'Constant') return [constantType(node)]
  if (node.opType === 'ConstantOfShape') return [attribute('value')?.t?.dataType ?? float32]
  return fixed[node.opType] ?? [types.get(node.input[operand[node.opType] ?? 0] ?? '')]
}

function constantType(node: NodeProto): number | undefined {
  const [value] = node.attribute
  if (value?.name === 'value') return value.t?.dataType
  if (value?.name === 'value_float' || value?.name === 'value_floats') return float32
  return value?.name === 'value_int' || value?.name === 'value_ints' ? int64 : undefined
}
