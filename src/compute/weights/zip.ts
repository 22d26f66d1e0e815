import { crc32 } from 'node:zlib'
import { AppError } from '../../shared/errors.ts'
import { badWeights, type ByteSource } from './byteSource.ts'

/** A stored (never compressed) file inside a zip archive. */
export interface ZipEntry {
  readonly name: string
  /** Where its bytes lie in the archive. */
  readonly offset: number
  readonly size: number
  readonly crc: number
}

const endSignature = 0x06054b50
const end64Signature = 0x06064b50
const locator64Signature = 0x07064b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50
const unknown32 = 0xffffffff
const centralLimit = 1 << 26

/**
 * The entries of a zip archive as torch.save writes it (zip64 included). Compressed or encrypted entries, which PyTorch never writes, are refused:
 * so nothing unpacks to more than the file's own size; entries may not overlap. Errors: weights/bad-file, weights/unsupported.
 */
export function readZip(source: ByteSource): Map<string, ZipEntry> {
  const { count, size, offset } = findCentralDirectory(source)
  if (size > centralLimit) throw badWeights(`its directory of ${size} bytes is over the limit`, { why: 'tooLarge' })
  if (offset + size > source.size) throw badWeights('its directory lies outside of the file')
  const bytes = source.bytes(offset, size)
  const view = viewOf(bytes)
  const entries = new Map<string, ZipEntry>()
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== centralSignature) throw badWeights('its directory is damaged')
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ]
    const next = at + 46 + nameLength + extraLength + commentLength
    if (next > size) throw badWeights('its directory is damaged')
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const entry = readEntry(source, name, view, at, bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength))
    if (entries.has(name)) throw badWeights(`it holds ${name} twice`)
    entries.set(name, entry)
    at = next
  }
  checkOverlaps([...entries.values()], offset)
  return entries
}

/** The bytes of an entry, compared with their checksum. Errors: weights/bad-file. */
export function readZipEntry(source: ByteSource, entry: ZipEntry): Uint8Array {
  const bytes = source.bytes(entry.offset, entry.size)
  if (crc32(bytes) !== entry.crc) throw badWeights(`${entry.name} is damaged: its checksum is wrong`)
  return bytes
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function findCentralDirectory(source: ByteSource): { count: number; size: number; offset: number } {
  const tail = Math.min(source.size, 22 + 0xffff)
  const start = source.size - tail
  const view = viewOf(source.bytes(start, tail))
  for (let at = tail - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== endSignature || view.getUint16(at + 20, true) !== tail - at - 22) continue
    if (at >= 20 && view.getUint32(at - 20, true) === locator64Signature) return readEnd64(source, number64(view, at - 12))
    return { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) }
  }
  throw badWeights('it begins like a zip archive but has no directory at its end: the file is cut off', { why: 'cutOff' })
}

function readEnd64(source: ByteSource, at: number): { count: number; size: number; offset: number } {
  const view = viewOf(source.bytes(at, 56))
  if (view.getUint32(0, true) !== end64Signature) throw badWeights('its directory is damaged')
  return { count: number64(view, 32), size: number64(view, 40), offset: number64(view, 48) }
}

function number64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw badWeights('its directory is damaged')
  return Number(value)
}

function readEntry(source: ByteSource, name: string, view: DataView, at: number, extra: Uint8Array): ZipEntry {
  const flags = view.getUint16(at + 8, true)
  const method = view.getUint16(at + 10, true)
  if (method !== 0 || (flags & 1) !== 0)
    throw new AppError('weights/unsupported', `${name} is ${method === 0 ? 'encrypted' : 'compressed'}, which PyTorch never writes`, {
      why: 'compressed',
    })
  const wide = zip64Numbers(extra, {
    size: view.getUint32(at + 24, true),
    packed: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  })
  if (wide.size !== wide.packed) throw badWeights(`${name} is stored, but its sizes differ`)
  const local = viewOf(source.bytes(wide.offset, 30))
  if (local.getUint32(0, true) !== localSignature) throw badWeights(`${name} is not where the directory says`)
  const offset = wide.offset + 30 + local.getUint16(26, true) + local.getUint16(28, true)
  return { name, offset, size: wide.size, crc: view.getUint32(at + 16, true) }
}

/** Numbers of 64 bits lie in the extra field 1, those that do not fit only, in this order. */
function zip64Numbers(extra: Uint8Array, numbers: { size: number; packed: number; offset: number }): typeof numbers {
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue
    const end = Math.min(extra.byteLength, at + 4 + view.getUint16(at + 2, true))
    let field = at + 4
    const wide = (value: number): number => {
      if (value !== unknown32) return value
      if (field + 8 > end) throw badWeights('its directory is damaged')
      field += 8
      return number64(view, field - 8)
    }
    const size = wide(numbers.size)
    const packed = wide(numbers.packed)
    return { size, packed, offset: wide(numbers.offset) }
  }
  return numbers
}

function checkOverlaps(entries: ZipEntry[], directory: number): void {
  let end = 0
  for (const { name, offset, size } of entries.sort((a, b) => a.offset - b.offset)) {
    if (offset < end || offset + size > directory) throw badWeights(`${name} overlaps another part of the file`)
    end = offset + size
  }
}
