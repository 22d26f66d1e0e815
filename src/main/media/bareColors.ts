import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { isDeep, type PictureHeader } from '../../shared/model/picture.ts'
import { pictureReader } from './picture.ts'
import type { PictureFile } from './pictureHeader.ts'

/** The 16 bits that a picture's values are kept in. */
export const spaceOf = ({ colors }: PictureHeader): 'grey16' | 'rgb16' => (colors === 'grey' ? 'grey16' : 'rgb16')

/**
 * A picture without its alpha, in the colours that lie under it: training, prediction and the page all get these. To be called before a picture is
 * resized, which would weigh its colours by their alpha; it is held as a whole.
 */
export async function bare(image: Sharp, header: PictureHeader): Promise<Sharp> {
  if (!header.hasAlpha) return image
  const deep = isDeep(header)
  const space = deep ? spaceOf(header) : 'srgb'
  const { data, info } = await image
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3 } as const
  if (!deep) return sharp(data, { raw, limitInputPixels: false })
  const words = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return sharp(words, { raw, limitInputPixels: false }).toColourspace(space)
}

/** The same as a file in `folder`, for pictures too large to be held as a whole; those whose values are spread are read without alpha anyway. */
export async function bareCopy(picture: PictureFile, folder: string): Promise<PictureFile> {
  const { header } = picture
  if (!header.hasAlpha || header.spread) return picture
  const copy = path.join(folder, 'bare.tif')
  const reader = await pictureReader(picture)
  await reader
    .removeAlpha()
    .toColourspace(isDeep(header) ? spaceOf(header) : 'srgb')
    .tiff({ compression: 'none', bigtiff: true })
    .toFile(copy)
  return { file: copy, bytes: 0, header: { ...header, hasAlpha: false } }
}
