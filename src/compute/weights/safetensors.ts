import { AppError, type ErrorData } from '../../shared/errors.ts'
import { fromFloat16 } from '../tensor/dtype.ts'
import { memorySource, type ByteSource } from './byteSource.ts'

/** Element types of the format this reader accepts, with their size in bytes. */
export const elementBytes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const
export type SafeDType = keyof typeof elementBytes

export interface SafeTensor {
  readonly dtype: SafeDType
  readonly shape: readonly number[]
  /** Little-endian bytes, as in the file. */
  readonly bytes: Uint8Array
}

export interface SafeTensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, SafeTensor>
}

/** The header is JSON of at most 100 MB (the limit of the reference reader). */
const headerLimit = 100_000_000
/** The largest networks have some thousands. */
const tensorLimit = 20_000
/** PyTorch knows no more. */
export const maxAxes = 64

function bad(reason: string, data: ErrorData = {}): AppError {
  return new AppError('weights/bad-file', `not a valid safetensors file: ${reason}`, { why: 'damaged', reason, ...data })
}

/** Where a tensor lies in a .safetensors file. */
export interface SafeEntry {
  readonly dtype: SafeDType
  readonly shape: readonly number[]
  /** First byte in the file, and one past the last. */
  readonly begin: number
  readonly end: number
}

export interface SafeIndex {
  readonly metadata: Readonly<Record<string, string>>
  readonly entries: ReadonlyMap<string, SafeEntry>
}

/** Reads a .safetensors file; tensors are views of `file`. Errors: weights/bad-file, as readSafetensorsIndex. */
export function readSafetensors(file: Uint8Array): SafeTensors {
  const { metadata, entries } = readSafetensorsIndex(memorySource(file))
  const tensors = [...entries].map(([name, { dtype, shape, begin, end }]): [string, SafeTensor] => [
    name,
    { dtype, shape, bytes: file.subarray(begin, end) },
  ])
  return { metadata, tensors: new Map(tensors) }
}

/**
 * Reads the header of a .safetensors file (format: 8-byte header length, JSON header, data).
 * Refuses bad lengths, unknown types, gaps, overlaps and offsets outside the file. Errors: weights/bad-file.
 */
export function readSafetensorsIndex(source: ByteSource): SafeIndex {
  if (source.size < 8) throw bad('shorter than its header length', { why: 'cutOff' })
  const prefix = source.bytes(0, 8)
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(headerLimit)) throw bad(`header of ${length} bytes is over the limit`)
  const headerEnd = 8 + Number(length)
  if (headerEnd > source.size) throw bad('the header ends after the file', { why: 'cutOff' })
  const header = parseHeader(source.bytes(8, headerEnd - 8))
  if (Object.keys(header).length > tensorLimit) throw bad(`it holds more than ${tensorLimit} tensors`, { why: 'tooLarge' })
  const entries = new Map<string, SafeEntry>()
  const ranges: { begin: number; end: number; name: string }[] = []
  let metadata: Record<string, string> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = readMetadata(entry)
      continue
    }
    const { dtype, shape, begin, end } = readEntry(name, entry, source.size - headerEnd)
    ranges.push({ begin, end, name })
    entries.set(name, { dtype, shape, begin: headerEnd + begin, end: headerEnd + end })
  }
  checkRanges(ranges, source.size - headerEnd)
  return { metadata, entries }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw bad('the header is not JSON')
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw bad('the header is not an object')
  return header as Record<string, unknown>
}

function readMetadata(entry: unknown): Record<string, string> {
  if (typeof entry !== 'object' || entry === null || Object.values(entry).some((v) => typeof v !== 'string'))
    throw bad('metadata must be strings')
  return { ...(entry as Record<string, string>) }
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function readEntry(name: string, entry: unknown, dataBytes: number): { dtype: SafeDType; shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown }
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype))
    throw bad(`tensor ${name} has the unknown type ${JSON.stringify(dtype)}`, { tensor: name })
  if (!Array.isArray(shape) || shape.length > maxAxes || !shape.every(isIndex))
    throw bad(`tensor ${name} has a bad shape`, { tensor: name })
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isIndex))
    throw bad(`tensor ${name} has bad offsets`, { tensor: name })
  const [begin, end] = offsets as [number, number]
  const bytes = shape.reduce((a, b) => a * b, elementBytes[dtype as SafeDType])
  if (begin > end || end > dataBytes || end - begin !== bytes) throw bad(`tensor ${name} does not fit its bytes`, { tensor: name })
  return { dtype: dtype as SafeDType, shape, begin, end }
}

function checkRanges(ranges: { begin: number; end: number; name: string }[], dataBytes: number): void {
  ranges.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let at = 0
  for (const { begin, end, name } of ranges) {
    if (begin < at) throw bad(`tensor ${name} overlaps another one`, { tensor: name })
    if (begin > at) throw bad(`bytes before tensor ${name} belong to nothing`, { tensor: name })
    at = end
  }
  if (at !== dataBytes) throw bad('bytes after the last tensor belong to nothing')
}

/** Values as float32 (F32, F16, BF16 and F64 are accepted), copied, because the data of a file need not be aligned. Errors: weights/bad-file. */
export function asFloat32(tensor: SafeTensor): Float32Array {
  const { bytes } = tensor
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.byteLength / elementBytes[tensor.dtype]
  const out = new Float32Array(count)
  switch (tensor.dtype) {
    case 'F32':
      new Uint8Array(out.buffer).set(bytes)
      return out
    case 'F64':
      for (let i = 0; i < count; i++) out[i] = view.getFloat64(i * 8, true)
      return out
    case 'F16':
      return fromFloat16(Uint16Array.from({ length: count }, (_, i) => view.getUint16(i * 2, true)))
    case 'BF16': {
      const bits = new Uint32Array(out.buffer)
      for (let i = 0; i < count; i++) bits[i] = view.getUint16(i * 2, true) << 16
      return out
    }
    default:
      throw bad(`a tensor of type ${tensor.dtype} is not floating point`)
  }
}

/** Integer values (I64, I32, I16, I8, U8, BOOL) as int32, copied. Errors: weights/bad-file (also for values outside int32). */
export function asInt32(tensor: SafeTensor): Int32Array {
  const { bytes } = tensor
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read: Partial<Record<SafeDType, (i: number) => number>> = {
    I64: (i) => Number(view.getBigInt64(i * 8, true)),
    I32: (i) => view.getInt32(i * 4, true),
    I16: (i) => view.getInt16(i * 2, true),
    I8: (i) => view.getInt8(i),
    U8: (i) => view.getUint8(i),
    BOOL: (i) => view.getUint8(i),
  }
  const at = read[tensor.dtype]
  if (!at) throw bad(`a tensor of type ${tensor.dtype} does not hold integers`)
  return Int32Array.from({ length: bytes.byteLength / elementBytes[tensor.dtype] }, (_, i) => {
    const value = at(i)
    if ((value | 0) !== value) throw bad(`${value} does not fit in int32`)
    return value
  })
}

export interface WritableTensor {
  readonly name: string
  readonly dtype: SafeDType
  readonly shape: readonly number[]
  readonly data: ArrayBufferView
}

/** The file in pieces (header, then the tensors' own memory): write them with writev, or join them with `joinBytes`. Names are kept in order. */
export function writeSafetensors(tensors: readonly WritableTensor[], metadata: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata
  let end = 0
  for (const { name, dtype, shape, data } of tensors) {
    const bytes = shape.reduce((a, b) => a * b, elementBytes[dtype])
    if (bytes !== data.byteLength || Object.hasOwn(header, name))
      throw new AppError('weights/bad-file', `tensor ${name} cannot be written: wrong size or a name used twice`, { tensor: name })
    header[name] = { dtype, shape, data_offsets: [end, end + bytes] }
    end += bytes
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  // Padded with spaces so that the data starts on a multiple of 8.
  const padded = new Uint8Array(8 + Math.ceil(text.byteLength / 8) * 8).fill(0x20)
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.byteLength - 8), true)
  padded.set(text, 8)
  return [padded, ...tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, p) => sum + p.byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.byteLength
  }
  return out
}
