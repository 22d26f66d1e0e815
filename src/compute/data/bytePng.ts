import { crc32, inflateSync } from 'node:zlib'

/**
 * Samples of a PNG with one byte per pixel (grey or palette, 8 bits, not interlaced) -> `[H,W]`, with the platform's own inflate, which a script in
 * the hot path of training cannot match. PNG specification (second edition), sections 5 and 9. Throws an Error for anything damaged.
 */
export function decodeBytePng(bytes: Uint8Array, width: number, height: number): Uint8Array {
  const raw = inflateSync(imageData(bytes), { maxOutputLength: (width + 1) * height })
  if (raw.length !== (width + 1) * height) throw new Error('the image data end early')
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const from = y * (width + 1) + 1
    unfilterRow(raw[from - 1]!, raw.subarray(from, from + width), out, y * width, width)
  }
  return out
}

/** The IDAT chunks joined; every chunk is checked against its sum. */
function imageData(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Uint8Array[] = []
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw new Error('the file ends before its last chunk')
    const length = view.getUint32(at)
    const end = at + 8 + length
    if (end + 4 > bytes.length) throw new Error('a chunk ends beyond the file')
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) throw new Error('a chunk does not have its checksum')
    const type = view.getUint32(at + 4)
    if (type === IDAT) parts.push(bytes.subarray(at + 8, end))
    if (type === IEND) return Buffer.concat(parts)
    at = end + 4
  }
}

const IDAT = 0x49444154
const IEND = 0x49454e44

/** Undoes one of the five filters for one byte per pixel; the row above stands in `out` already. */
function unfilterRow(filter: number, row: Uint8Array, out: Uint8Array, start: number, width: number): void {
  const above = (x: number): number => (start === 0 ? 0 : out[start - width + x]!)
  if (filter === 0) out.set(row, start)
  else if (filter === 1) for (let x = 0, left = 0; x < width; x++) out[start + x] = left = (row[x]! + left) & 255
  else if (filter === 2) for (let x = 0; x < width; x++) out[start + x] = row[x]! + above(x)
  else if (filter === 3) for (let x = 0, left = 0; x < width; x++) out[start + x] = left = (row[x]! + ((left + above(x)) >> 1)) & 255
  else if (filter === 4)
    for (let x = 0, left = 0, corner = 0; x < width; x++) {
      const up = above(x)
      out[start + x] = left = (row[x]! + paeth(left, up, corner)) & 255
      corner = up
    }
  else throw new Error(`filter ${filter} does not exist`)
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner)
  const toUp = Math.abs(left - corner)
  const toCorner = Math.abs(left + up - 2 * corner)
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
}
