import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError, type ErrorData } from '../../../shared/errors.ts'
import type { SamTensor } from '../../../shared/model/samModel.ts'
import { decodeModel, modelMetadata } from '../../graph/codec.ts'
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../../graph/proto/onnx_pb.js'
import { openSource } from '../../weights/byteSource.ts'
import { fileBesideModel } from '../../weights/onnxWeights.ts'
import { stripWeights } from './stripWeights.ts'

/** What an ONNX file says about itself, read without its weights. */
export interface ModelHeader {
  readonly file: string
  readonly bytes: number
  readonly inputs: readonly SamTensor[]
  readonly outputs: readonly SamTensor[]
  /** Files beside it that hold weights; they exist. */
  readonly dataFiles: readonly { readonly name: string; readonly file: string; readonly bytes: number }[]
  readonly metadata: Readonly<Record<string, string>>
}

/** TensorProto.DataType by number. */
export const dtypeNames: readonly string[] =
  'undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 bfloat16'.split(' ')

/** Domains whose operators ONNX Runtime brings along. */
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc'])

/** Errors: file/not-found, file/unreadable, file/path-escape, assist/broken-model, assist/missing-data-file. */
export function readModelHeader(file: string): ModelHeader {
  const source = openSource(file)
  try {
    const model = decode(file, stripWeights(source))
    const graph = model.graph!
    const foreign = foreignDomain(model)
    if (foreign !== null)
      throw brokenModel(file, `it needs the operators of ${foreign}, which ONNX Runtime does not have`, {
        why: 'foreignOperators',
        domain: foreign,
      })
    const weights = new Set(graph.initializer.map(({ name }) => name))
    return {
      file,
      bytes: source.size,
      // Files of before IR 4 list their weights as inputs too.
      inputs: graph.input.filter(({ name }) => !weights.has(name)).map(describe),
      outputs: graph.output.map(describe),
      dataFiles: [...dataLocations(graph)].map((location) => dataFile(file, location)),
      metadata: modelMetadata(model),
    }
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'weights/bad-file')
      throw brokenModel(file, 'it is cut off, or no ONNX model', { why: 'noOnnx' }, cause)
    throw cause
  } finally {
    source.close()
  }
}

function decode(file: string, bytes: Uint8Array): ModelProto {
  try {
    const model = decodeModel(bytes)
    if (model.graph!.node.length === 0 || model.graph!.output.length === 0)
      throw brokenModel(file, 'it computes nothing', { why: 'computesNothing' })
    return model
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'model/bad-file')
      throw brokenModel(file, 'it is cut off, or no ONNX model', { why: 'noOnnx' }, cause)
    throw cause
  }
}

function describe({ name, type }: ValueInfoProto): SamTensor {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : null
  if (!tensor) return { name, dtype: 'undefined', dims: null }
  // Some exporters write -1 or 0 for a size that varies.
  const dims = tensor.shape?.dim.map(({ value }) =>
    value.case === 'dimValue' ? (value.value > 0n ? Number(value.value) : null) : value.case ? value.value : null,
  )
  return { name, dtype: dtypeNames[tensor.elemType] ?? `type ${tensor.elemType}`, dims: dims ?? null }
}

/** Of the operators it really uses: runtimes and optimisers declare domains that no node is of, and functions of the file may have one of their own. */
function foreignDomain(model: ModelProto): string | null {
  const own = new Set(model.functions.map(({ domain, name }) => `${domain} ${name}`))
  for (const { domain, opType } of nodesOf(model.graph!)) if (!knownDomains.has(domain) && !own.has(`${domain} ${opType}`)) return domain
  return null
}

function* nodesOf(graph: GraphProto): Iterable<NodeProto> {
  for (const node of graph.node) {
    yield node
    for (const { g, graphs } of node.attribute) {
      if (g) yield* nodesOf(g)
      for (const inner of graphs) yield* nodesOf(inner)
    }
  }
}

/** Wherever a tensor can lie: initializers, constants, and those of the branches of If and Loop. */
function* tensorsOf(graph: GraphProto): Iterable<TensorProto> {
  yield* graph.initializer
  for (const { attribute } of graph.node) {
    for (const { t, tensors, g, graphs } of attribute) {
      if (t) yield t
      yield* tensors
      if (g) yield* tensorsOf(g)
      for (const inner of graphs) yield* tensorsOf(inner)
    }
  }
}

function dataLocations(graph: GraphProto): Set<string> {
  const found = new Set<string>()
  for (const { name, externalData, dataLocation } of tensorsOf(graph)) {
    if (externalData.length === 0 && Number(dataLocation) !== 1) continue
    const location = externalData.find(({ key }) => key === 'location')?.value
    if (!location) throw new AppError('weights/bad-file', `${name} lies in another file that is not named`, { tensor: name })
    found.add(location)
  }
  return found
}

function dataFile(model: string, name: string): ModelHeader['dataFiles'][number] {
  try {
    // ONNX Runtime follows a link of the model itself too: what counts is where the model really lies.
    const file = fileBesideModel(realpathSync(model), name)
    const info = statSync(file)
    if (!info.isFile()) throw brokenModel(model, `${name}, where it keeps its weights, is no file`, { why: 'noFile', name })
    return { name, file, bytes: info.size }
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'file/not-found') throw cause
    throw new AppError(
      'assist/missing-data-file',
      `${path.basename(model)} keeps its weights in ${name}, which does not lie beside it`,
      { file: name, model: path.basename(model) },
      { cause },
    )
  }
}

/** A file that is no usable model, or a model that breaks its own word. */
export function brokenModel(file: string, reason: string, data: ErrorData, cause?: unknown): AppError {
  const name = path.basename(file)
  return new AppError('assist/broken-model', `${name} cannot be used: ${reason}`, { file: name, reason, ...data }, { cause })
}
