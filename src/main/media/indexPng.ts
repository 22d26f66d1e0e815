import { deflateSync } from 'node:zlib'
import { crc32 } from 'node:zlib'
import { decode } from 'fast-png'
import { AppError } from '../../shared/errors.ts'
import { vocPalette } from '../../shared/formats/vocPalette.ts'

/** An index map [height, width], row-major, with how its file stores it. */
export interface IndexPng {
  width: number
  height: number
  indices: Uint8Array
  kind: 'palette' | 'grayscale'
  bitDepth: 1 | 2 | 4 | 8
  /** RGB triples, null for greyscale. */
  palette: Uint8Array | null
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const maxMaskPixels = 1_000_000_000

export interface PngHeader {
  width: number
  height: number
  bitDepth: number
  colorType: number
}

/** Width, height, depth and colour type; the whole chunk list is walked, so a file that ends early is found without decoding. Errors: file/truncated, file/unsupported. */
export function readPngHeader(bytes: Buffer, name: string): PngHeader {
  if (bytes.length < 8 || !bytes.subarray(0, 8).equals(signature)) {
    const short = bytes.length < 8
    throw new AppError(short ? 'file/truncated' : 'file/unsupported', short ? `${name} ends within its signature` : `${name} is no PNG`, {
      file: name,
    })
  }
  let ended = false
  for (let at = 8; at < bytes.length && !ended;) {
    if (at + 12 > bytes.length) throw truncated(name)
    const length = bytes.readUInt32BE(at)
    if (at + 12 + length > bytes.length) throw truncated(name)
    ended = bytes.toString('latin1', at + 4, at + 8) === 'IEND'
    at += 12 + length
  }
  if (!ended || bytes.length < 33) throw truncated(name)
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), bitDepth: bytes[24]!, colorType: bytes[25]! }
}

const truncated = (name: string) => new AppError('file/truncated', `${name} ends before it is complete`, { file: name })

/** Palette or greyscale PNG of 1, 2, 4 or 8 bits -> its raw indices. Errors: file/truncated, file/too-large, file/unsupported, voc/bad-mask. */
export function decodeIndexPng(bytes: Buffer, name: string): IndexPng {
  const { width, height, bitDepth, colorType } = readPngHeader(bytes, name)
  if (width * height > maxMaskPixels)
    throw new AppError('file/too-large', `${name} has ${width} x ${height} pixels`, { file: name, width, height })
  if ((colorType !== 3 && colorType !== 0) || bitDepth > 8) {
    throw new AppError('voc/bad-mask', `${name} has colours or 16 bits; a mask holds one palette or grey index per pixel`, {
      file: name,
      colorType,
      bitDepth,
    })
  }
  try {
    const png = decode(bytes, { checkCrc: true })
    const indices = unpack(png.data as Uint8Array, width, height, bitDepth)
    const palette = colorType === 3 ? Uint8Array.from((png.palette ?? []).flatMap((color) => color.slice(0, 3))) : null
    return { width, height, indices, kind: colorType === 3 ? 'palette' : 'grayscale', bitDepth: bitDepth as IndexPng['bitDepth'], palette }
  } catch (error) {
    throw new AppError(
      'voc/bad-mask',
      `${name} cannot be decoded: ${error instanceof Error ? error.message : String(error)}`,
      { file: name },
      { cause: error },
    )
  }
}

/** fast-png leaves 1, 2 and 4 bit samples packed, each row starting at a byte. */
function unpack(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  if (depth === 8) {
    if (data.length < width * height) throw new Error('too few pixels')
    return data
  }
  const perByte = 8 / depth
  const stride = Math.ceil(width / perByte)
  if (data.length < stride * height) throw new Error('too few pixels')
  const indices = new Uint8Array(width * height)
  const low = (1 << depth) - 1
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to++) {
      const byte = data[y * stride + Math.floor(x / perByte)]!
      indices[to] = (byte >> (8 - depth * ((x % perByte) + 1))) & low
    }
  }
  return indices
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** Indices -> PNG of the same kind; the bit depth grows to 8 when an index asks for it, the palette to as many colours as are used. */
export function encodeIndexPng({ width, height, indices, kind, bitDepth, palette }: IndexPng): Buffer {
  let max = 0
  for (const index of indices) if (index > max) max = index
  const depth = max < 1 << bitDepth ? bitDepth : 8
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = kind === 'palette' ? 3 : 0
  const chunks = [signature, chunk('IHDR', header)]
  if (kind === 'palette') chunks.push(chunk('PLTE', grownPalette(palette, max)))
  chunks.push(chunk('IDAT', deflateSync(pack(indices, width, height, depth), { level: 6 })), chunk('IEND', new Uint8Array()))
  return Buffer.concat(chunks)
}

function grownPalette(palette: Uint8Array | null, max: number): Uint8Array {
  const own = palette ?? new Uint8Array()
  if (own.length >= (max + 1) * 3) return own
  const grown = vocPalette().slice(0, (max + 1) * 3)
  grown.set(own)
  return grown
}

function pack(indices: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const perByte = 8 / depth
  const stride = Math.ceil(width / perByte) + 1
  const rows = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    if (depth === 8) rows.set(indices.subarray(y * width, (y + 1) * width), y * stride + 1)
    else
      for (let x = 0; x < width; x++)
        rows[y * stride + 1 + Math.floor(x / perByte)]! |= indices[y * width + x]! << (8 - depth * ((x % perByte) + 1))
  }
  return rows
}
