import { badWeights, type ByteSource } from './byteSource.ts'
import { asFloat32, elementBytes, type SafeDType } from './safetensors.ts'

/** A tensor of a weights file, read when it is asked for. */
export interface WeightTensor {
  readonly dtype: SafeDType
  readonly shape: readonly number[]
  /** The values as float32 in row-major order, in memory of their own. Errors: weights/bad-file. */
  read(): Float32Array
}

/** Elements of a type on their way through a file: `count` of them from byte `offset` on. */
export interface Storage {
  readonly dtype: SafeDType
  readonly count: number
  /** Bytes of so many elements from element `first` on. */
  bytes(first: number, count: number): Uint8Array
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** A storage that lies in a source from `offset` on; it is checked against the size of the source at once. Errors: weights/bad-file. */
export function storageAt(source: ByteSource, offset: number, dtype: SafeDType, count: number): Storage {
  const width = elementBytes[dtype]
  if (!Number.isSafeInteger(count * width) || offset + count * width > source.size)
    throw badWeights(`a storage of ${count} elements does not fit into the file: it is cut off or damaged`, { why: 'cutOff' })
  return { dtype, count, bytes: (first, n) => source.bytes(offset + first * width, n * width) }
}

export interface Layout {
  readonly shape: readonly number[]
  /** Elements, as in torch.Tensor.stride. */
  readonly stride: readonly number[]
  /** First element. */
  readonly offset: number
}

/** An expanded tensor has more elements than its storage; no weight needs more of them than this. */
const maxExpanded = 2 ** 24

/** Strides of a tensor in row-major order without gaps. */
export function rowMajor(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step
    step *= shape[axis]!
  }
  return stride
}

/** A view of a storage (torch.as_strided); refuses what reaches outside of it. Errors: weights/bad-file. */
export function stridedTensor(storage: Storage, { shape, stride, offset }: Layout): WeightTensor {
  const count = elementsOf(shape)
  const last = shape.reduce((end, size, axis) => end + (size - 1) * stride[axis]!, offset)
  if (count > 0 && (last >= storage.count || count > Math.max(storage.count, maxExpanded)))
    throw badWeights(`a tensor of ${shape.join('x')} reaches outside of its storage of ${storage.count} elements`)
  return {
    dtype: storage.dtype,
    shape,
    read() {
      if (count === 0) return new Float32Array(0)
      if (isContiguous(shape, stride)) return toFloat32(storage.dtype, storage.bytes(offset, count))
      return gather(toFloat32(storage.dtype, storage.bytes(offset, last - offset + 1)), shape, stride, count)
    },
  }
}

function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

function gather(values: Float32Array, shape: readonly number[], stride: readonly number[], count: number): Float32Array {
  const out = new Float32Array(count)
  const index = shape.map(() => 0)
  let at = 0
  for (let i = 0; i < count; i++) {
    out[i] = values[at]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis]!
      if (++index[axis]! < shape[axis]!) break
      at -= stride[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return out
}

/** Little-endian elements of any type as float32 (float64 and int64 are rounded). */
export function toFloat32(dtype: SafeDType, bytes: Uint8Array): Float32Array {
  if (dtype === 'F32' || dtype === 'F64' || dtype === 'F16' || dtype === 'BF16') return asFloat32({ dtype, shape: [], bytes })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const width = elementBytes[dtype]
  const read: Record<typeof dtype, (at: number) => number> = {
    I64: (at) => Number(view.getBigInt64(at, true)),
    I32: (at) => view.getInt32(at, true),
    I16: (at) => view.getInt16(at, true),
    I8: (at) => view.getInt8(at),
    U8: (at) => view.getUint8(at),
    BOOL: (at) => view.getUint8(at),
  }
  return Float32Array.from({ length: bytes.byteLength / width }, (_, i) => read[dtype](i * width))
}
