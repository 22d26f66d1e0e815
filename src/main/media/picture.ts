import { readFile } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { mostPixels, type PictureHeader } from '../../shared/model/picture.ts'
import { decodeBmp } from '../../shared/picture/bmp.ts'
import { turnOfOrientation } from '../../shared/picture/turn.ts'
import { readPngHeader } from './indexPng.ts'
import { pictureFault, readPictureHeader, type PictureFile } from './pictureHeader.ts'
import { hashFile } from './safeFiles.ts'

sharp.cache(false)

export interface PictureFacts {
  /** After EXIF rotation. */
  width: number
  height: number
  orientation: number
  bytes: number
  sha256: string
  header: PictureHeader
}

/** A sharp reader of a picture whose header was read, with our limits. Errors: those of a BMP, which sharp does not read. */
export async function pictureReader({ file, header }: PictureFile): Promise<Sharp> {
  if (header.format === 'bmp') {
    const { data, width, height } = decodeBmp(await readFile(file), path.basename(file))
    return sharp(data, { raw: { width, height, channels: 3 } })
  }
  return sharp(file, { failOn: 'truncated', limitInputPixels: mostPixels, sequentialRead: true })
}

/** Turns pixels as an EXIF orientation says. */
export function turned(image: Sharp, orientation: number): Sharp {
  const { degrees, mirrored } = turnOfOrientation(orientation)
  // Sharp mirrors after it has turned.
  return image.rotate(degrees).flop(mirrored)
}

/** Verifies a picture by decoding all of it, and hashes it. Errors: file/not-found, file/path-escape, file/too-large, file/unsupported, file/empty, file/truncated, file/unreadable. */
export async function inspectPicture(root: string, relPath: string): Promise<PictureFacts> {
  const picture = await readPictureHeader(root, relPath)
  const { file, bytes, header } = picture
  if (header.format === 'png' && bytes < 2 ** 31) readPngHeader(await readFile(file), relPath)
  try {
    // Every row is read on the way down to 16 pixels; what a file lacks shows.
    const reader = await pictureReader(picture)
    await reader.resize(16, 16, { fit: 'fill' }).raw().toBuffer()
  } catch (error) {
    throw pictureFault(relPath, error)
  }
  const { orientation } = header
  const [width, height] = orientation >= 5 ? [header.height, header.width] : [header.width, header.height]
  return { width, height, orientation, bytes, sha256: await hashFile(file), header }
}
