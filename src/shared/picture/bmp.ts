import { AppError } from '../errors.ts'
import type { ImageSize } from '../geometry/spaces.ts'

/** What the headers of a BMP say (BITMAPFILEHEADER and the one of 12 to 124 bytes behind it). */
interface BmpHeader extends ImageSize {
  readonly bits: 8 | 24 | 32
  /** The first row of the file is the uppermost; mostly it is the lowest. */
  readonly topDown: boolean
  readonly pixelsAt: number
  readonly paletteAt: number
  /** Bytes of a colour of the palette. */
  readonly entryBytes: 3 | 4
}

/** A file of BMP is held as a whole, and what it holds a second time. */
const mostPixels = 200_000_000
/** Of OS/2, then of Windows 3, NT (two), OS/2 2, and Windows 95 and 98. */
const headerSizes: readonly number[] = [12, 40, 52, 56, 64, 108, 124]
const [uncompressed, byMasks] = [0, 3]
/** Blue, green and red in this order, as without masks. */
const usualMasks = [0xff0000, 0xff00, 0xff]

export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d

/** Reads and checks the headers, from the first 128 bytes of a file; nothing is decoded. Errors: file/unsupported, file/truncated, file/too-large. */
export function readBmpHeader(head: Uint8Array, fileBytes: number, file: string): BmpHeader {
  const unsupported = (found: string) => new AppError('file/unsupported', `${file} is ${found}, which is not read`, { file, found })
  const truncated = () => new AppError('file/truncated', `${file} ends before it is complete`, { file })
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const headerSize = head.length < 26 ? 0 : view.getUint32(14, true)
  if (!headerSizes.includes(headerSize)) throw unsupported('BMP')
  const old = headerSize === 12
  if (!old && head.length < 54) throw truncated()
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true)
  const rows = old ? view.getUint16(20, true) : view.getInt32(22, true)
  const bits = view.getUint16(old ? 24 : 28, true)
  const compression = old ? uncompressed : view.getUint32(30, true)
  if (bits !== 8 && bits !== 24 && bits !== 32) throw unsupported(`BMP (${bits} bit)`)
  if (compression !== uncompressed) {
    if (compression !== byMasks || bits !== 32) throw unsupported('BMP (RLE)')
    if (head.length < 66) throw truncated()
    if (usualMasks.some((mask, i) => view.getUint32(54 + 4 * i, true) !== mask)) throw unsupported('BMP (BITFIELDS)')
  }
  const height = Math.abs(rows)
  if (width <= 0 || height === 0) throw new AppError('file/unreadable', `${file} has ${width} x ${rows} pixels`, { file })
  if (width * height > mostPixels) {
    const message = `${file} has ${width} x ${height} pixels`
    throw new AppError('file/too-large', message, { file, width, height, mostMegapixels: mostPixels / 1e6 })
  }
  const pixelsAt = view.getUint32(10, true)
  if (pixelsAt + strideOf(width, bits) * height > fileBytes) throw truncated()
  return { width, height, bits, topDown: rows < 0, pixelsAt, paletteAt: 14 + headerSize, entryBytes: old ? 3 : 4 }
}

/** Rows begin at multiples of four bytes. */
const strideOf = (width: number, bits: number): number => Math.ceil((width * bits) / 32) * 4

/** An uncompressed BMP of 8, 24 or 32 bits -> RGB bytes `[H,W,3]`; the fourth byte of a pixel is not used. Errors: those of `readBmpHeader`. */
export function decodeBmp(bytes: Uint8Array, file: string): ImageSize & { data: Uint8Array } {
  const { width, height, bits, topDown, pixelsAt, paletteAt, entryBytes } = readBmpHeader(bytes, bytes.length, file)
  const data = new Uint8Array(width * height * 3)
  const stride = strideOf(width, bits)
  const step = bits / 8
  for (let y = 0, to = 0; y < height; y++) {
    let from = pixelsAt + (topDown ? y : height - 1 - y) * stride
    for (let x = 0; x < width; x++, from += step, to += 3) {
      const at = bits === 8 ? paletteAt + bytes[from]! * entryBytes : from
      // An index behind the palette is black, as it is everywhere.
      if (bits === 8 && at + 2 >= pixelsAt) continue
      data[to] = bytes[at + 2]!
      data[to + 1] = bytes[at + 1]!
      data[to + 2] = bytes[at]!
    }
  }
  return { data, width, height }
}
