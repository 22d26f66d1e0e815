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

export function totalLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

/** A field whose content is given in pieces. */
export function lengthDelimited(field: number, content: readonly Uint8Array[]): Uint8Array[] {
  return [tag(field, lengthDelimitedType), varint(totalLength(content)), ...content]
}

/** GraphProto.initializer (field 5) holding a TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little endian, as every platform here). */
export function initializerChunks(tensor: Initializer, typeCode: number): Uint8Array[] {
  const dims = tensor.shape.flatMap((d) => [tag(1, 0), varint(d)])
  const data = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
  return lengthDelimited(5, [
    ...dims,
    tag(2, 0),
    varint(typeCode),
    ...lengthDelimited(8, [new TextEncoder().encode(tensor.name)]),
    ...lengthDelimited(9, [data]),
  ])
}
