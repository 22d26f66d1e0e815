/** Element types the engine computes with. */
export type DType = 'float32' | 'float16' | 'int32' | 'int64' | 'uint8' | 'bool'

/** The typed array that carries each element type; float16 travels as its raw 16-bit patterns. */
export interface ArrayOf {
  float32: Float32Array
  float16: Uint16Array
  int32: Int32Array
  int64: BigInt64Array
  uint8: Uint8Array
  bool: Uint8Array
}
export type TensorData = ArrayOf[DType]

const constructors = {
  float32: Float32Array,
  float16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const

/** Zeros of an element type. */
export function allocate<T extends DType>(dtype: T, length: number): ArrayOf[T] {
  return new constructors[dtype](length) as ArrayOf[T]
}

export const bytesPerElement = (dtype: DType): number => constructors[dtype].BYTES_PER_ELEMENT

/** Numbers to the typed array of an element type (float16: rounded to nearest even). */
export function fromNumbers(dtype: DType, values: readonly number[]): TensorData {
  if (dtype === 'int64') return BigInt64Array.from(values, (v) => BigInt(v))
  if (dtype === 'float16') return toFloat16(Float32Array.from(values))
  if (dtype === 'bool') return Uint8Array.from(values, (v) => (v === 0 ? 0 : 1))
  const data = allocate(dtype, values.length) as Float32Array
  data.set(values)
  return data
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float16'
}

const floatBits = new Float32Array(1)
const intBits = new Uint32Array(floatBits.buffer)

/** float32 -> IEEE 754 binary16 bit patterns, round to nearest even, overflow to infinity, subnormals kept. */
export function toFloat16(source: Float32Array): Uint16Array {
  const target = new Uint16Array(source.length)
  for (let i = 0; i < source.length; i++) {
    floatBits[0] = source[i]!
    const bits = intBits[0]!
    const sign = (bits >>> 16) & 0x8000
    const magnitude = bits & 0x7fffffff
    let half: number
    if (magnitude > 0x7f800000) half = 0x7e00
    else if (magnitude >= 0x477ff000) half = 0x7c00
    else if (magnitude >= 0x38800000) half = roundShift(magnitude - 0x38000000, 13)
    else if (magnitude < 0x33000000) half = 0
    else half = roundShift((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >>> 23))
    target[i] = sign | half
  }
  return target
}

function roundShift(value: number, shift: number): number {
  const floor = value >>> shift
  const rest = value & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return rest > half || (rest === half && (floor & 1) === 1) ? floor + 1 : floor
}

/** IEEE 754 binary16 bit patterns -> float32, exact. */
export function fromFloat16(source: Uint16Array): Float32Array {
  const target = new Float32Array(source.length)
  for (let i = 0; i < source.length; i++) {
    const bits = source[i]!
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >>> 10) & 31
    const fraction = bits & 1023
    if (exponent === 31) target[i] = fraction ? NaN : sign * Infinity
    else if (exponent === 0) target[i] = sign * fraction * 2 ** -24
    else target[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  }
  return target
}

/** TensorProto.DataType of each element type. */
export const onnxTypeCode: Readonly<Record<DType, number>> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 }
