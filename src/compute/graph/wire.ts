/** The protobuf wire format, as much of it as large tensors need: they are written around the generated code so that weights are never copied. */
import type { Initializer } from './graph.ts'

const lengthDelimitedType = 2

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt(value)
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

const tag = (field: number, type: number): Uint8Array => varint((field << 3) | type)

/** Bytes that are made when they are written, so that all of them never lie in memory together. */
export interface LateBytes {
  readonly length: number
  /** Exactly `length` bytes. */
  make(): Uint8Array
}
export type Chunk = Uint8Array | LateBytes

export function totalLength(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

/** A field whose content is given in pieces. */
export function lengthDelimited<C extends Chunk>(field: number, content: readonly C[]): (C | Uint8Array)[] {
  return [tag(field, lengthDelimitedType), varint(totalLength(content)), ...content]
}

/** A tensor of a graph without its data. */
interface TensorHead {
  readonly name: string
  readonly shape: readonly number[]
}

/** GraphProto.initializer (field 5) holding a TensorProto: dims 1, data_type 2, name 8, then its data. */
function initializer<C extends Chunk>({ name, shape }: TensorHead, typeCode: number, data: readonly C[]): (C | Uint8Array)[] {
  const dims = shape.flatMap((d) => [tag(1, 0), varint(d)])
  const text = lengthDelimited(8, [new TextEncoder().encode(name)])
  return lengthDelimited<C | Uint8Array>(5, [...dims, tag(2, 0), varint(typeCode), ...text, ...data])
}

/** An initializer with its data: raw_data 9 (little endian, as every platform here). */
export function initializerChunks(tensor: Initializer, typeCode: number): Uint8Array[] {
  return initializer(
    tensor,
    typeCode,
    lengthDelimited(9, [new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)]),
  )
}

export function lateInitializerChunks(tensor: TensorHead, typeCode: number, data: LateBytes): Chunk[] {
  return initializer(tensor, typeCode, lengthDelimited(9, [data]))
}

/** An initializer whose data lie in another file: external_data 13 (location, offset, length), data_location 14 = EXTERNAL. */
export function externalInitializerChunks(
  tensor: TensorHead,
  typeCode: number,
  place: { location: string; offset: number; length: number },
): Uint8Array[] {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  const entries = Object.entries(place).flatMap(([key, value]) =>
    lengthDelimited(13, [...lengthDelimited(1, [text(key)]), ...lengthDelimited(2, [text(String(value))])]),
  )
  return initializer(tensor, typeCode, [...entries, tag(14, 0), varint(1)])
}
