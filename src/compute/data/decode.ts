import { readFile } from 'node:fs/promises'
import { decode as decodePng } from 'fast-png'
import sharp from 'sharp'
import { AppError } from '../../shared/errors.ts'
import { decodeBmp, isBmp } from '../../shared/picture/bmp.ts'
import { decodeBytePng } from './bytePng.ts'
import { decodeDeep, isDeepPicture } from './decodeDeep.ts'
import type { Size } from './sample.ts'

const PIXEL_LIMIT = 1e9

sharp.cache(false)

export interface RgbImage extends Size {
  /** RGB bytes `[H,W,3]`. */
  data: Uint8Array
}

export interface IndexMap extends Size {
  /** Class index per pixel `[H,W]`, 255 void. */
  data: Uint8Array
}

function readFailure(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return new AppError('file/not-found', `${file}: no such file`, { file }, { cause: error })
  if (/pixel limit/i.test(reason)) return new AppError('file/too-large', `${file}: ${reason}`, { file, reason }, { cause: error })
  return new AppError('file/unreadable', `${file}: ${reason}`, { file, reason }, { cause: error })
}

/** What is in the file of a picture. Errors: file/not-found, file/unreadable. */
export const readPicture = (file: string): Promise<Uint8Array> =>
  readFile(file).catch((error: unknown) => {
    throw readFailure(error, file)
  })

/** Decodes a picture to RGB bytes, turned as its EXIF says; more than 8 bits are seen through the window people see them through. Errors: file/not-found, file/unreadable, file/too-large (over 1e9 pixels). */
export const decodeRgb = async (file: string): Promise<RgbImage> => decodeRgbBytes(await readPicture(file), file)

/** The same of what was read from a file. */
export async function decodeRgbBytes(bytes: Uint8Array, file: string): Promise<RgbImage> {
  try {
    if (isBmp(bytes)) return decodeBmp(bytes, file)
    const reader = sharp(bytes, { limitInputPixels: PIXEL_LIMIT, failOn: 'truncated' })
    const metadata = await reader.metadata()
    if (isDeepPicture(metadata)) return await decodeDeep(reader, metadata)
    const { data, info } = await reader
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new AppError('file/unsupported', `${file}: ${info.channels} channels`, { file, channels: info.channels })
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: info.width, height: info.height }
  } catch (error) {
    throw readFailure(error, file)
  }
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const GREY = 0
const PALETTE = 3

interface Header extends Size {
  depth: number
  colorType: number
  interlaced: boolean
}

function readHeader(bytes: Uint8Array, file: string): Header {
  if (bytes.length < 33 || SIGNATURE.some((b, i) => bytes[i] !== b))
    throw new AppError('file/unreadable', `${file}: not a PNG file`, { file, why: 'noPng' })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20), depth: bytes[24]!, colorType: bytes[25]!, interlaced: bytes[28] !== 0 }
}

/** Spreads 1, 2 or 4-bit samples, packed per row, to bytes. */
function unpack(data: Uint8Array, { width, height, depth }: Header): Uint8Array {
  const out = new Uint8Array(width * height)
  const stride = Math.ceil((width * depth) / 8)
  const mask = (1 << depth) - 1
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      const bit = x * depth
      out[o] = (data[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask
    }
  }
  return out
}

/** Reads palette or grey indices of a PNG as they are stored, never its colours. Errors: file/*, voc/bad-mask (colour or 16-bit pixels). */
export async function decodeIndexMap(file: string): Promise<IndexMap> {
  try {
    const bytes = await readFile(file)
    const header = readHeader(bytes, file)
    const { width, height, depth, colorType, interlaced } = header
    if (width * height > PIXEL_LIMIT) throw new AppError('file/too-large', `${file}: ${width} x ${height} pixels`, { file, width, height })
    if ((colorType !== GREY && colorType !== PALETTE) || depth > 8) {
      throw new AppError(
        'voc/bad-mask',
        `${file}: a label map has 8-bit palette or grey pixels, not colour type ${colorType} with ${depth} bits`,
        { file, colorType, depth },
      )
    }
    if (depth === 8 && !interlaced) return { data: decodeBytePng(bytes, width, height), width, height }
    const raw = decodePng(bytes).data
    const data = raw instanceof Uint8Array ? raw : new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)
    return { data: depth === 8 ? data : unpack(data, header), width, height }
  } catch (error) {
    throw readFailure(error, file)
  }
}
