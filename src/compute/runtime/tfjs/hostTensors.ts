import { invariant } from '../../../shared/errors.ts'
import { allocate, type ArrayOf, type DType, type TensorData } from '../../tensor/dtype.ts'
import { refuse } from './kernel.ts'
import type { Tensor, Tf } from './library.ts'

/** TensorFlow.js has no other integers than int32; float16 it does not have. */
const typeHere = { float32: 'float32', int32: 'int32', int64: 'int32', uint8: 'int32', bool: 'bool' } as const

const smallest = -(2n ** 31n)
const largest = 2n ** 31n - 1n

/** int64 as int32; what does not fit is an error, never another number. */
function narrow(name: string, data: BigInt64Array): Int32Array {
  return Int32Array.from(data, (value) => {
    if (value < smallest || value > largest) throw new Error(`${name} holds ${value}, and TensorFlow.js has no 64-bit integers`)
    return Number(value)
  })
}

function valuesHere(name: string, dtype: DType, data: TensorData): Float32Array | Int32Array | Uint8Array {
  if (data instanceof BigInt64Array) return narrow(name, data)
  if (dtype === 'uint8') return Int32Array.from(data)
  return data as ArrayOf['float32' | 'int32' | 'bool']
}

/** A host array as a tensor; float32 and int32 without a copy where the backend computes on host memory. */
export function upload(tf: Tf, name: string, dtype: DType, data: TensorData, dims: readonly number[]): Tensor {
  if (dtype === 'float16') refuse('float16')
  return tf.tensor(valuesHere(name, dtype, data), [...dims], typeHere[dtype])
}

/** The numbers of a tensor in an array of their own of the element type the graph gives them; written into `target` where there is one. */
export function download(tensor: Tensor, dtype: DType, target?: TensorData): TensorData {
  // A cast without loss leaves the array of the narrower type behind the tensor: its numbers count, not its class.
  const values = tensor.dataSync<'float32' | 'int32' | 'bool'>()
  const result = target ?? allocate(dtype, values.length)
  invariant(result.length === values.length, `${values.length} numbers do not fill an array of ${result.length}`)
  if (result instanceof BigInt64Array) values.forEach((value, i) => (result[i] = BigInt(value)))
  else result.set(values)
  return result
}
