import sharp, { type Metadata, type Sharp } from 'sharp'
import { turnOfOrientation } from '../../shared/picture/turn.ts'
import { floatsToWords, openingWindow, spreadReading, throughWindow } from '../../shared/picture/valueWindow.ts'
import type { Size } from './sample.ts'

/** More than a byte per channel. */
export const isDeepPicture = ({ depth }: Metadata): boolean => depth !== 'uchar' && depth !== 'char'

/** The values of a deep picture as they are stored, grey or RGB, 16 bits `[H,W,C]`; what does not fit into them is spread over them. */
async function wordsOf(reader: Sharp, { depth, space }: Metadata): Promise<{ words: Uint16Array; width: number; height: number }> {
  const grey = space === 'grey16' || space === 'b-w'
  const float = depth === 'float' || depth === 'double'
  const spread = depth !== 'ushort'
  const plain = reader.removeAlpha()
  const { space: taken, offset } = spread
    ? spreadReading({ float, bits: depth === 'short' ? 16 : 32 }, grey)
    : { space: grey ? 'grey16' : 'rgb16', offset: 0 }
  const { data, info } = await (offset === 0 ? plain : plain.linear(1, offset))
    .toColourspace(taken)
    .raw({ depth: spread ? 'float' : 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const words = spread
    ? floatsToWords(new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4))
    : new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return { words, width: info.width, height: info.height }
}

/** A deep picture as RGB bytes, upright, through the window it is opened with on the page. */
export async function decodeDeep(reader: Sharp, metadata: Metadata): Promise<Size & { data: Uint8Array }> {
  const { words, width, height } = await wordsOf(reader, metadata)
  const bytes = throughWindow(words, openingWindow(words, { width, height }))
  const channels = words.length === width * height ? 1 : 3
  const { degrees, mirrored } = turnOfOrientation(metadata.orientation ?? 1)
  const { data, info } = await sharp(bytes, { raw: { width, height, channels }, limitInputPixels: false })
    .rotate(degrees)
    .flop(mirrored)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width: info.width, height: info.height }
}
