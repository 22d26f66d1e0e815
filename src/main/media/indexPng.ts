import { deflateSync } from 'node:zlib'
import { crc32 } from 'node:zlib'
import { decode } from 'fast-png'
import { AppError } from '../../shared/errors.ts'
import { legendIndices, legendPalette, vocLegend, type MaskLegend } from '../../shared/formats/maskLegend.ts'
import { vocPalette } from '../../shared/formats/vocPalette.ts'

/** An index map [height, width], row-major, with how its file stores it. */
export interface IndexPng {
  width: number
  height: number
  indices: Uint8Array
  /** color: the file holds an RGB colour per pixel, each of them standing for one index. */
  kind: 'palette' | 'grayscale' | 'color'
  bitDepth: 1 | 2 | 4 | 8
  /** RGB triples by index, null for greyscale. */
  palette: Uint8Array | null
  /** Its colours are greys that stand for themselves: grey indices, saved with three channels. */
  greyColors?: true
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const maxMaskPixels = 1_000_000_000

export interface PngHeader {
  width: number
  height: number
  bitDepth: number
  colorType: number
  interlaced: boolean
}

/** Width, height, depth and colour type; the whole chunk list is walked, so a file that ends early is found without decoding. Errors: file/empty, file/truncated, file/unsupported. */
export function readPngHeader(bytes: Buffer, name: string): PngHeader {
  if (bytes.length < 8 || !bytes.subarray(0, 8).equals(signature)) {
    if (bytes.length === 0) throw new AppError('file/empty', `${name} is empty`, { file: name })
    if (bytes.length < 8) throw new AppError('file/truncated', `${name} ends within its signature`, { file: name })
    throw new AppError('file/unsupported', `${name} is no PNG`, { file: name })
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
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    bitDepth: bytes[24]!,
    colorType: bytes[25]!,
    interlaced: bytes[28] === 1,
  }
}

const truncated = (name: string) => new AppError('file/truncated', `${name} ends before it is complete`, { file: name })

/**
 * Palette or greyscale PNG of 1, 2, 4 or 8 bits -> its raw indices; an RGB one -> the indices its colours stand for in the legend. Without a legend these
 * are VOC's colours, or grey indices where all is grey and not all VOC's (OpenCV and others save them with three channels).
 * Errors: file/empty, file/truncated, file/too-large, file/unsupported, voc/bad-mask.
 */
export function decodeIndexPng(bytes: Buffer, name: string, legend: MaskLegend | null): IndexPng {
  const { width, height, bitDepth, colorType, interlaced } = readPngHeader(bytes, name)
  if (width * height > maxMaskPixels)
    throw new AppError('file/too-large', `${name} has ${width} x ${height} pixels`, { file: name, width, height })
  if (bitDepth > 8 || colorType === 4) {
    const what = bitDepth > 8 ? '16 bits per pixel' : 'a transparency channel'
    const message = `${name} has ${what}; a mask holds a palette index, a grey index of 8 bits or a class's colour per pixel`
    throw new AppError('voc/bad-mask', message, { file: name, colorType, bitDepth })
  }
  // The decoder takes the packed rows of a pass for whole bytes, and may not notice.
  if (interlaced && bitDepth < 8) {
    const message = `${name} is interlaced with ${bitDepth} bits per pixel, which cannot be read: save it without interlacing`
    throw new AppError('voc/bad-mask', message, { file: name, bitDepth })
  }
  try {
    const png = decode(bytes, { checkCrc: true })
    const data = png.data as Uint8Array
    if (colorType === 2 || colorType === 6) {
      const colored = { width, height, channels: colorType === 2 ? 3 : 4, name, legend: legend ?? vocLegend() } as const
      const greys = legend === null ? greyIndices(data, colored) : null
      if (greys) return { width, height, indices: greys, kind: 'color', bitDepth: 8, palette: greyPalette(), greyColors: true }
      return { width, height, indices: indicesOfColors(data, colored), kind: 'color', bitDepth: 8, palette: legendPalette(colored.legend) }
    }
    const indices = unpack(data, width, height, bitDepth)
    const palette = colorType === 3 ? Uint8Array.from((png.palette ?? []).flatMap((color) => color.slice(0, 3))) : null
    return { width, height, indices, kind: colorType === 3 ? 'palette' : 'grayscale', bitDepth: bitDepth as IndexPng['bitDepth'], palette }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'voc/bad-mask',
      `${name} cannot be decoded: ${error instanceof Error ? error.message : String(error)}`,
      { file: name },
      { cause: error },
    )
  }
}

interface Colored {
  width: number
  height: number
  channels: 3 | 4
  name: string
  legend: MaskLegend
}

const greyPalette = (): Uint8Array => Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3))

/** The greys of an opaque picture; null: it has a colour, or its greys are all colours of the legend. */
function greyIndices(data: Uint8Array, { width, height, channels, legend }: Colored): Uint8Array | null {
  if (data.length < width * height * channels) return null
  const known = legendIndices(legend)
  const indices = new Uint8Array(width * height)
  const seen = new Set<number>()
  for (let i = 0, at = 0; i < indices.length; i++, at += channels) {
    const grey = data[at]!
    if (data[at + 1] !== grey || data[at + 2] !== grey || (channels === 4 && data[at + 3] !== 255)) return null
    indices[i] = grey
    seen.add(grey)
  }
  return [...seen].every((grey) => known.has(grey * 0x010101)) ? null : indices
}

/** Errors: voc/bad-mask for a colour the legend does not know, or a pixel that is not opaque. */
function indicesOfColors(data: Uint8Array, { width, height, channels, name, legend }: Colored): Uint8Array {
  if (data.length < width * height * channels) throw new Error('too few pixels')
  const known = legendIndices(legend)
  const indices = new Uint8Array(width * height)
  let last = -1
  let lastIndex = 0
  for (let i = 0, at = 0; i < indices.length; i++, at += channels) {
    const color = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!
    const index = color === last ? lastIndex : known.get(color)
    if (index === undefined || (channels === 4 && data[at + 3] !== 255)) {
      const rgb = [...data.subarray(at, at + channels)].join(',')
      const message = `${name} is in colours, and ${rgb} at pixel ${i % width},${Math.floor(i / width)} is not the colour of any class; list it in labelmap.txt, or save the mask with a palette or as grey indices`
      throw new AppError('voc/bad-mask', message, { file: name })
    }
    indices[i] = lastIndex = index
    last = color
  }
  return indices
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
  const depth = kind === 'color' ? 8 : max < 1 << bitDepth ? bitDepth : 8
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = { grayscale: 0, color: 2, palette: 3 }[kind]
  const chunks = [signature, chunk('IHDR', header)]
  if (kind === 'palette') chunks.push(chunk('PLTE', grownPalette(palette, max)))
  const rows = kind === 'color' ? paintRows(indices, width, height, grownPalette(palette, max)) : pack(indices, width, height, depth)
  chunks.push(chunk('IDAT', deflateSync(rows, { level: 6 })), chunk('IEND', new Uint8Array()))
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

function paintRows(indices: Uint8Array, width: number, height: number, palette: Uint8Array): Uint8Array {
  const stride = width * 3 + 1
  const rows = new Uint8Array(stride * height)
  for (let y = 0, i = 0; y < height; y++) {
    for (let to = y * stride + 1; to < (y + 1) * stride; to += 3, i++) {
      const from = indices[i]! * 3
      rows[to] = palette[from]!
      rows[to + 1] = palette[from + 1]!
      rows[to + 2] = palette[from + 2]!
    }
  }
  return rows
}
