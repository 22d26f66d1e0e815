import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isDeep, tileSize, type PictureHeader } from '../../shared/model/picture.ts'
import type { ValueWindow } from '../../shared/picture/valueWindow.ts'
import { bareCopy } from './bareColors.ts'
import { deepReader, windowOf } from './deepPicture.ts'
import { pictureReader } from './picture.ts'
import { pictureFault, type PictureFile } from './pictureHeader.ts'

/** Pixels that must not get JPEG's noise: drawings of few colours, which transparent ones mostly are, and deep ones, which JPEG cannot hold. */
export const tileExtension = (header: PictureHeader): 'jpeg' | 'png' =>
  isDeep(header) || header.hasAlpha || header.palette ? 'png' : 'jpeg'

/** Name of the file that makes a folder of tiles a whole one. */
export const tilesMark = 'whole.json'
const partSuffix = '.part'

/** File of a tile in a folder of tiles; `levels` is how many the whole pyramid has, so that the first view and the pyramid name a level alike. */
export const tileFile = (folder: string, levels: number, level: number, x: number, y: number, extension: string): string =>
  path.join(folder, 'tiles_files', String(levels - 1 - level), `${x}_${y}.${extension}`)

/** Where tiles are written until all are there. */
export const partOf = (out: string): string => `${out}${partSuffix}`
export const isPart = (name: string): boolean => name.endsWith(partSuffix)

/**
 * Cuts a picture into tiles: of itself, or of itself reduced 2^level times, and all coarser levels. Pixels stay as they are stored, not turned. Written
 * aside and renamed, so that the folder is there only when it is whole. Answers with its bytes. Errors: file/*, disk/*.
 */
export async function cutTiles(picture: PictureFile, relPath: string, level: number, out: string): Promise<number> {
  const { header } = picture
  const part = partOf(out)
  try {
    await rm(part, { recursive: true, force: true })
    await mkdir(part, { recursive: true })
    const source = await bareCopy(picture, part)
    const reader = isDeep(header) ? await deepReader(source) : (await pictureReader(source)).toColourspace('srgb')
    const factor = 2 ** level
    const width = Math.ceil(header.width / factor)
    const height = Math.ceil(header.height / factor)
    const sized = level === 0 ? reader : reader.resize(width, height, { fit: 'fill' })
    const encoded =
      tileExtension(header) === 'png' ? sized.png({ compressionLevel: 4 }) : sized.jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    await encoded.tile({ size: tileSize, overlap: 0, layout: 'dz', depth: 'onetile', container: 'fs' }).toFile(path.join(part, 'tiles.dz'))
    const window = isDeep(header) ? await windowOf(source) : undefined
    if (source !== picture) await rm(source.file)
    const bytes = await bytesBelow(part)
    const mark = { bytes, window }
    await writeFile(path.join(part, tilesMark), JSON.stringify(mark))
    await rm(out, { recursive: true, force: true })
    await rename(part, out)
    return bytes
  } catch (error) {
    // What stopped it may stop this too; the next opening of the project takes it away.
    await rm(part, { recursive: true, force: true }).catch(() => undefined)
    throw pictureFault(relPath, error)
  }
}

/** The window of a deep picture, as its folder of tiles has it; folders of old do not. */
export async function windowIn(folder: string, picture: PictureFile): Promise<ValueWindow> {
  const { window } = JSON.parse(await readFile(path.join(folder, tilesMark), 'utf8')) as { window?: ValueWindow }
  return window ?? windowOf(picture)
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size
  return bytes
}
