import sharp, { type Sharp } from 'sharp'
import { AppError } from '../../shared/errors.ts'
import {
  defaultWindow,
  floatsToWords,
  openingWindow,
  spreadReading,
  throughWindow,
  windowStep,
  type ValueWindow,
} from '../../shared/picture/valueWindow.ts'
import { bare, spaceOf } from './bareColors.ts'
import { pictureReader, turned } from './picture.ts'
import type { PictureFile } from './pictureHeader.ts'

/** Pictures whose values are spread are read as a whole, to learn their range. */
const mostSpread = 100_000_000

/** A reader of 16-bit values, grey or RGB without alpha, not turned. Errors: file/too-large (values that are spread), those of the decoder. */
export async function deepReader(picture: PictureFile): Promise<Sharp> {
  const { file, header } = picture
  const space = spaceOf(header)
  if (!header.spread) return (await bare(await pictureReader(picture), header)).toColourspace(space)
  const { width, height } = header
  if (width * height > mostSpread) {
    const message = `${file} has ${width} x ${height} pixels of ${header.float ? 'floating point' : 'signed or 32-bit'} values`
    throw new AppError('file/too-large', message, { file, width, height, mostMegapixels: mostSpread / 1e6 })
  }
  const reading = spreadReading(header, space === 'grey16')
  const plain = (await pictureReader(picture)).removeAlpha()
  const { data, info } = await (reading.offset === 0 ? plain : plain.linear(1, reading.offset))
    .toColourspace(reading.space)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true })
  const words = floatsToWords(new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4))
  const channels = info.channels === 1 ? 1 : 3
  return sharp(words, { raw: { width, height, channels }, limitInputPixels: false }).toColourspace(space)
}

/** What `openingWindow` says of all of a picture, which is not held as a whole for it. Errors: those of `deepReader`. */
export async function windowOf(picture: PictureFile): Promise<ValueWindow> {
  const { width, height, spread } = picture.header
  const step = windowStep(picture.header)
  const reader = await deepReader(picture)
  if (step === 1 || spread) {
    const data = await reader.raw({ depth: 'ushort' }).toBuffer()
    return openingWindow(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), picture.header)
  }
  const [columns, rows] = [Math.floor(width / step), Math.floor(height / step)]
  // Of whole steps only: then one pixel of each is taken as it is.
  const data = await reader
    .extract({ left: 0, top: 0, width: columns * step, height: rows * step })
    .resize(columns, rows, { fit: 'fill', kernel: 'nearest', fastShrinkOnLoad: false })
    .raw({ depth: 'ushort' })
    .toBuffer()
  return defaultWindow(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2))
}

/** A deep picture as bytes for people who do not set a window: upright, at most `size` pixels a side (null: all of it). */
export async function deepToBytes(picture: PictureFile, size: number | null, window: ValueWindow): Promise<Sharp> {
  const reader = await deepReader(picture)
  const sized = size === null ? reader : reader.resize(size, size, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await sized.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const words = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  const channels = info.channels === 1 ? 1 : 3
  const bytes = throughWindow(words, window)
  return turned(sharp(bytes, { raw: { width: info.width, height: info.height, channels } }), picture.header.orientation)
}
