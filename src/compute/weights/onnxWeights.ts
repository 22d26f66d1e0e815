import { realpathSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { decodeModel } from '../graph/codec.ts'
import type { TensorProto } from '../graph/proto/onnx_pb.js'
import { badWeights, memorySource, openSource, type FileSource } from './byteSource.ts'
import { elementBytes, maxAxes, type SafeDType } from './safetensors.ts'
import { elementsOf, rowMajor, storageAt, stridedTensor, type Storage, type WeightTensor } from './weightTensor.ts'

/** A protobuf message ends at 2 GiB. */
const fileLimit = 2 ** 31

/** TensorProto.DataType of what weights are made of. */
const types: Readonly<Record<number, SafeDType>> = {
  1: 'F32',
  2: 'U8',
  3: 'I8',
  5: 'I16',
  6: 'I32',
  7: 'I64',
  9: 'BOOL',
  10: 'F16',
  11: 'F64',
  16: 'BF16',
}

/**
 * The initializers of an ONNX model: raw_data, typed fields, or external data in files of the model's own folder. `open` keeps those files
 * open for the caller. Errors: weights/bad-file, weights/unsupported, file/not-found.
 */
export function readOnnxWeights(source: FileSource, open: (file: string) => FileSource = openSource): Map<string, WeightTensor> {
  if (source.size >= fileLimit) throw badWeights(`it has ${source.size} bytes, more than an ONNX file can have`, { why: 'tooLarge' })
  const tensors = new Map<string, WeightTensor>()
  const others = new Map<string, FileSource>()
  const external = (location: string): FileSource => {
    const file = fileBesideModel(source.file, location)
    const other = others.get(file) ?? open(file)
    others.set(file, other)
    return other
  }
  for (const proto of decode(source).graph?.initializer ?? []) {
    const dtype = types[proto.dataType]
    if (!dtype) continue
    if (tensors.has(proto.name)) throw badWeights(`it holds ${proto.name} twice`)
    tensors.set(proto.name, readTensor(proto, dtype, external))
  }
  return tensors
}

function decode(source: FileSource): ReturnType<typeof decodeModel> {
  try {
    return decodeModel(source.bytes(0, source.size))
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'model/bad-file')
      throw badWeights('it is no ONNX model, or it is cut off', { why: 'noOnnx' })
    throw cause
  }
}

function readTensor(proto: TensorProto, dtype: SafeDType, external: (location: string) => FileSource): WeightTensor {
  const shape = proto.dims.map(Number)
  const count = elementsOf(shape)
  if (shape.length > maxAxes || !shape.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(count))
    throw badWeights(`${proto.name} has a bad shape`)
  const isExternal = proto.externalData.length > 0 || Number(proto.dataLocation) === 1
  const storage = isExternal ? externalStorage(proto, dtype, count, external) : innerStorage(proto, dtype)
  if (storage.count !== count) throw badWeights(`${proto.name} does not hold the ${count} numbers of its shape`)
  return stridedTensor(storage, { shape, stride: rowMajor(shape), offset: 0 })
}

function innerStorage(proto: TensorProto, dtype: SafeDType): Storage {
  const raw = proto.rawData.length > 0 ? proto.rawData : typedBytes(proto, dtype)
  const count = raw.byteLength / elementBytes[dtype]
  return storageAt(memorySource(raw), 0, dtype, Math.floor(count))
}

/** Small types share int32_data; float16 and bfloat16 lie there as their bits (onnx.proto, TensorProto). */
function typedBytes(proto: TensorProto, dtype: SafeDType): Uint8Array {
  const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  if (dtype === 'F32') return bytesOf(Float32Array.from(proto.floatData))
  if (dtype === 'F64') return bytesOf(Float64Array.from(proto.doubleData))
  if (dtype === 'I64') return bytesOf(BigInt64Array.from(proto.int64Data))
  if (dtype === 'I32') return bytesOf(Int32Array.from(proto.int32Data))
  return bytesOf(elementBytes[dtype] === 2 ? Uint16Array.from(proto.int32Data) : Uint8Array.from(proto.int32Data))
}

function externalStorage(proto: TensorProto, dtype: SafeDType, count: number, external: (location: string) => FileSource): Storage {
  const facts = new Map(proto.externalData.map(({ key, value }) => [key, value]))
  const location = facts.get('location')
  if (!location) throw badWeights(`${proto.name} lies in another file that is not named`)
  const number = (key: string, missing: number): number => {
    const text = facts.get(key)
    if (text === undefined) return missing
    if (!/^\d{1,15}$/.test(text)) throw badWeights(`${proto.name} has the ${key} ${text}`)
    return Number(text)
  }
  const bytes = count * elementBytes[dtype]
  if (number('length', bytes) !== bytes) throw badWeights(`${proto.name} does not hold the ${count} numbers of its shape`)
  return storageAt(external(location), number('offset', 0), dtype, count)
}

/** External data may only lie beside the model or below, links followed. Errors: file/path-escape, file/not-found. */
export function fileBesideModel(modelFile: string, location: string): string {
  const folder = realpathSync(path.dirname(modelFile))
  const wanted = path.resolve(folder, location)
  const escapes = (file: string): boolean => !file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)
  const refused = (): AppError =>
    new AppError('file/path-escape', `${location} lies outside of the folder of the model`, { file: location })
  if (path.isAbsolute(location) || escapes(wanted)) throw refused()
  let real: string
  try {
    real = realpathSync(wanted)
  } catch (cause) {
    throw new AppError('file/not-found', `the model keeps weights in ${location}, which is not there`, { file: location }, { cause })
  }
  if (escapes(real)) throw refused()
  return real
}
