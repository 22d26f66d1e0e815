import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { AppError } from '../../shared/errors.ts'
import type { Dim } from '../tensor/dim.ts'
import { onnxTypeCode, type DType, type TensorData } from '../tensor/dtype.ts'
import type { AttributeValue, Graph, GraphNode, Initializer, NamedTensor } from './graph.ts'
import { outputNames } from './outputNames.ts'
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from './proto/onnx_pb.js'
import { initializerChunks, lengthDelimited, totalLength, type Chunk } from './wire.ts'

/** Written into every model: opset 17, IR version 8. */
export const opsetVersion = 17
export const irVersion = 8

/** A graph as ONNX bytes. Above a few hundred megabytes prefer `encodeModelChunks` and one writev. */
export function encodeModel(graph: Graph): Uint8Array {
  const chunks = encodeModelChunks(graph)
  const bytes = new Uint8Array(totalLength(chunks))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** A graph as ONNX bytes in pieces for writev: initializer data is not copied, the pieces are views of it. Errors: model/unsupported above protobuf's 2 GiB. */
export function encodeModelChunks(graph: Graph): Uint8Array[] {
  return encodeWithInitializers<Uint8Array>(graph, [])
}

/** The same with further initializers, already encoded. Errors: model/unsupported above protobuf's 2 GiB. */
export function encodeWithInitializers<C extends Chunk>(graph: Graph, initializers: readonly C[]): (C | Uint8Array)[] {
  const { renames, identities } = outputNames(graph)
  const rename = (name: string): string => renames.get(name) ?? name
  const proto = create(GraphProtoSchema, {
    name: graph.name,
    node: [...graph.nodes, ...identities].map((node) => encodeNode(node, rename)),
    input: [...graph.inputs, ...graph.params, ...graph.buffers].map(encodeValueInfo),
    output: graph.outputs.map(encodeValueInfo),
  })
  const body: (C | Uint8Array)[] = [
    toBinary(GraphProtoSchema, proto),
    ...graph.initializers.flatMap((tensor) => initializerChunks(tensor, onnxTypeCode[tensor.dtype])),
    ...initializers,
  ]
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: 'maskwright',
    opsetImport: [{ domain: '', version: BigInt(opsetVersion) }],
    metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
  })
  const chunks = [toBinary(ModelProtoSchema, model), ...lengthDelimited(7, body)]
  if (totalLength(chunks) >= 2 ** 31)
    throw new AppError('model/unsupported', 'an ONNX file ends at 2 GiB; the weights need external data', { bytes: totalLength(chunks) })
  return chunks
}

function encodeNode(node: GraphNode, rename: (name: string) => string): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.type,
    input: node.inputs.map(rename),
    output: node.outputs.map(rename),
    attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
  })
}

function encodeAttribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) })
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float })
  if ('floats' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value.floats] })
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) })
}

function encodeValueInfo({ name, dtype, shape }: NamedTensor): ValueInfoProto {
  const dim = shape.map(encodeDim)
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: onnxTypeCode[dtype], shape: { dim } } } },
  })
}

function encodeDim(dim: Dim): ReturnType<typeof create<typeof TensorShapeProto_DimensionSchema>> {
  return create(TensorShapeProto_DimensionSchema, {
    value: typeof dim === 'number' ? { case: 'dimValue', value: BigInt(dim) } : { case: 'dimParam', value: dim.key },
  })
}

/** ONNX bytes as a model record; fields of newer versions are kept and written back by `encodeModelProto`. Errors: model/bad-file. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  let model: ModelProto
  try {
    model = fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw new AppError('model/bad-file', 'these bytes are not an ONNX model', { bytes: bytes.length }, { cause })
  }
  if (!model.graph) throw new AppError('model/bad-file', 'the ONNX model has no graph', { bytes: bytes.length })
  return model
}

export function encodeModelProto(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model)
}

/** The metadata_props of a model. */
export function modelMetadata(model: ModelProto): Record<string, string> {
  return Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))
}

const dtypeOfCode = new Map(Object.entries(onnxTypeCode).map(([dtype, code]) => [code, dtype as DType]))

/**
 * The initializers of a model as typed arrays (copied: stored data is not aligned). Tensors of types the engine does not compute with are
 * left out. Errors: model/unsupported for external data, model/bad-file for data that does not fill its shape.
 */
export function modelInitializers(model: ModelProto): Map<string, Initializer> {
  const result = new Map<string, Initializer>()
  for (const tensor of model.graph?.initializer ?? []) {
    if (tensor.externalData.length > 0)
      throw new AppError('model/unsupported', `${tensor.name} lies in another file`, { tensor: tensor.name })
    const dtype = dtypeOfCode.get(tensor.dataType)
    if (!dtype) continue
    const shape = tensor.dims.map(Number)
    const length = shape.reduce((a, b) => a * b, 1)
    const data = tensor.rawData.length > 0 ? fromRaw(tensor.rawData, dtype) : fromTyped(tensor, dtype)
    if (data?.length !== length)
      throw new AppError('model/bad-file', `${tensor.name} does not hold the ${length} numbers of its shape`, { tensor: tensor.name })
    result.set(tensor.name, { name: tensor.name, dtype, shape, data })
  }
  return result
}

function fromRaw(raw: Uint8Array, dtype: DType): TensorData | undefined {
  const { buffer } = raw.slice()
  const width = { float32: 4, uint8: 1, int32: 4, int64: 8, bool: 1, float16: 2 }[dtype]
  if (raw.length % width !== 0) return undefined
  if (dtype === 'float32') return new Float32Array(buffer)
  if (dtype === 'int32') return new Int32Array(buffer)
  if (dtype === 'int64') return new BigInt64Array(buffer)
  return dtype === 'float16' ? new Uint16Array(buffer) : new Uint8Array(buffer)
}

function fromTyped(tensor: { floatData: number[]; int32Data: number[]; int64Data: bigint[] }, dtype: DType): TensorData {
  if (dtype === 'float32') return Float32Array.from(tensor.floatData)
  if (dtype === 'int64') return BigInt64Array.from(tensor.int64Data)
  if (dtype === 'int32') return Int32Array.from(tensor.int32Data)
  return dtype === 'float16' ? Uint16Array.from(tensor.int32Data) : Uint8Array.from(tensor.int32Data)
}
