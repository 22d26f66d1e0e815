import sharp from 'sharp'
import { isDeep, mostPixels, tileSize } from '../../shared/model/picture.ts'
import { bare, spaceOf } from './bareColors.ts'
import { pictureFault, type PictureFile } from './pictureHeader.ts'
import { tileExtension } from './tiles.ts'

export interface TilePlace {
  readonly level: number
  readonly x: number
  readonly y: number
}

/**
 * One tile cut out of a file that lies in tiles itself, as `cutTiles` would cut it: an image, or of a deep picture the bare values. What it does not
 * cover is not read. Errors: file/*.
 */
export async function cutPartTile({ file, header }: PictureFile, relPath: string, { level, x, y }: TilePlace): Promise<Buffer> {
  const factor = 2 ** level
  const [left, top] = [x * tileSize * factor, y * tileSize * factor]
  const part = {
    left,
    top,
    width: Math.min(tileSize * factor, header.width - left),
    height: Math.min(tileSize * factor, header.height - top),
  }
  const stored = sharp(file, { failOn: 'truncated', limitInputPixels: mostPixels, sequentialRead: false }).extract(part)
  try {
    const image = (await bare(stored, header)).resize(Math.ceil(part.width / factor), Math.ceil(part.height / factor), { fit: 'fill' })
    if (isDeep(header)) return await image.toColourspace(spaceOf(header)).raw({ depth: 'ushort' }).toBuffer()
    const shown = image.toColourspace('srgb')
    return await (
      tileExtension(header) === 'png' ? shown.png({ compressionLevel: 1 }) : shown.jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    ).toBuffer()
  } catch (error) {
    throw pictureFault(relPath, error)
  }
}
