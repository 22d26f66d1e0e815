import { readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { masksFromIndexMap } from '../../shared/geometry/rle.ts'
import { islandsOf } from '../../shared/geometry/smallRegions.ts'
import type { MaskShape } from '../../shared/model/shape.ts'
import { isDeep, isShownByBrowsers, type PictureHeader } from '../../shared/model/picture.ts'
import type { ValueWindow } from '../../shared/picture/valueWindow.ts'
import { bare } from './bareColors.ts'
import { deepToBytes, windowOf } from './deepPicture.ts'
import { decodeIndexPng } from './indexPng.ts'
import { encodeLabelMap, type LabelMapOptions } from './labelMap.ts'
import { renderOverlay, type OverlayOptions } from './overlay.ts'
import { cutPartTile, type TilePlace } from './partTile.ts'
import { inspectPicture, pictureReader, turned, type PictureFacts } from './picture.ts'
import { pictureFault, readPictureHeader, type PictureFile } from './pictureHeader.ts'
import { cutRegion, type RegionOptions } from './region.ts'
import { hashFile } from './safeFiles.ts'
import { cutTiles, windowIn } from './tiles.ts'
import { writeWhole } from './wholeFile.ts'

sharp.concurrency(1)

interface IndexRegionsOptions {
  file: string
  values: readonly number[]
  leastPx: number
  most: number
}

export interface IndexRegion {
  value: number
  mask: MaskShape
  area: number
}

interface PictureAt {
  root: string
  relPath: string
}

/** A whole picture on one tile: what to make a thumbnail from without reading the picture again. */
interface SmallestTile {
  folder: string
  file: string
  header: PictureHeader
}

/** Upright bytes of a picture, whatever it is stored as. */
async function upright(picture: PictureFile, size: number | null): Promise<Sharp> {
  if (isDeep(picture.header)) return deepToBytes(picture, size, await windowOf(picture))
  if (size === null) return (await pictureReader(picture)).autoOrient().removeAlpha().toColourspace('srgb')
  // Reduced before it is turned: a huge picture is then read row by row.
  const plain = await bare(await pictureReader(picture), picture.header)
  const { data, info } = await plain
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return turned(sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }), picture.header.orientation)
}

/** The tile as a picture of its own, with the values that lie in it. */
const pictureOfTile = ({ file, header }: SmallestTile): PictureFile => ({
  file,
  bytes: 0,
  header: { ...header, bits: Math.min(16, header.bits), float: false, spread: false, hasAlpha: false },
})

const withWindow = ({ low, high }: ValueWindow, values: Buffer): Buffer =>
  Buffer.concat([Buffer.from(Uint16Array.of(low, high).buffer), values])

async function encoded(relPath: string, encode: () => Promise<Buffer>): Promise<Buffer> {
  try {
    return await encode()
  } catch (error) {
    throw pictureFault(relPath, error)
  }
}

/** What the studio makes out of pictures and annotations; all of it lands in a cache and can be made again. */
export const mediaOperations = {
  /** Makes the smallest picture out of nothing: what a process that works at all can do. */
  async ready(): Promise<null> {
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'black' } })
      .webp()
      .toBuffer()
    return null
  },

  /** Everything about a picture, which is decoded for it. Errors: file/*, disk/*. */
  inspect: ({ root, relPath }: PictureAt): Promise<PictureFacts> => inspectPicture(root, relPath),

  /**
   * What a picture's header says. With the hash that the file had when it was imported, which may be another by now: whether it is, in `other` its hash,
   * decoded to learn whether it is sound. Errors: file/*, disk/*.
   */
  async header({ root, relPath, sha256 }: PictureAt & { sha256: string | null }): Promise<{ header: PictureHeader; other: string | null }> {
    const { file, header } = await readPictureHeader(root, relPath)
    const hashed = async () =>
      hashFile(file).catch((error: unknown) => {
        throw pictureFault(relPath, error)
      })
    if (sha256 === null || (await hashed()) === sha256) return { header, other: null }
    const found = await inspectPicture(root, relPath)
    return { header: found.header, other: found.sha256 }
  },

  /** WebP of at most `size` pixels a side, upright. Errors: file/*. */
  async thumb({ size, out, root, relPath, tile }: PictureAt & { size: number; out: string; tile: SmallestTile | null }): Promise<null> {
    const picture = tile ? pictureOfTile(tile) : await readPictureHeader(root, relPath)
    const reduced = async () => {
      if (!tile || !isDeep(tile.header)) return upright(picture, size)
      return deepToBytes(picture, size, await windowIn(tile.folder, await readPictureHeader(root, relPath)))
    }
    const bytes = await encoded(relPath, async () => (await reduced()).webp({ quality: 80 }).toBuffer())
    await writeWhole(out, bytes)
    return null
  },

  /** The picture as a browser can show it: the file itself, or a PNG at `out` when browsers do not read it, or not alike. Errors: file/*. */
  async viewable({ out, root, relPath }: PictureAt & { out: string }): Promise<{ file: string; type: string }> {
    const picture = await readPictureHeader(root, relPath)
    if (isShownByBrowsers(picture.header)) return { file: picture.file, type: `image/${picture.header.format}` }
    const bytes = await encoded(relPath, async () => (await upright(picture, null)).png({ compressionLevel: 3 }).toBuffer())
    await writeWhole(out, bytes)
    return { file: out, type: 'image/png' }
  },

  /** Tiles of a picture reduced 2^level times, and of every coarser level, in the folder `out`; `background`: leave the machine to others. Errors: file/*, disk/*. */
  async tiles({
    root,
    relPath,
    level,
    out,
    background,
  }: PictureAt & { level: number; out: string; background: boolean }): Promise<{ bytes: number }> {
    if (background) setPriority(10)
    return { bytes: await cutTiles(await readPictureHeader(root, relPath), relPath, level, out) }
  },

  /** The window of a deep picture (low, high), then the values of one of its tiles: 16 bits each, little endian, grey or RGB. */
  async words({ root, relPath, folder, file }: PictureAt & { folder: string; file: string }): Promise<Uint8Array> {
    const window = await windowIn(folder, await readPictureHeader(root, relPath))
    const { space } = await sharp(file).metadata()
    const values = await sharp(file)
      .toColourspace(space === 'grey16' ? 'grey16' : 'rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer()
    return withWindow(window, values)
  },

  /** A tile of a picture whose file lies in tiles, before its pyramid is there: an image, or what `words` answers; `folder` holds its first view. Errors: file/*. */
  async partTile({ root, relPath, folder, ...place }: PictureAt & TilePlace & { folder: string }): Promise<Uint8Array> {
    const picture = await readPictureHeader(root, relPath)
    const bytes = await cutPartTile(picture, relPath, place)
    return isDeep(picture.header) ? withWindow(await windowIn(folder, picture), bytes) : bytes
  },

  /** Regions of these values of an index map, at least so large and at most so many, the largest first; `leftOut`: how many more there are. Errors: file/*. */
  async indexRegions({ file, values, leastPx, most }: IndexRegionsOptions): Promise<{ regions: IndexRegion[]; leftOut: number }> {
    const { indices, width, height } = decodeIndexPng(await readFile(file), path.basename(file), null)
    const wanted = new Set(values)
    const all = [...masksFromIndexMap(indices, width, height)].flatMap(([value, whole]) =>
      wanted.has(value) ? islandsOf(whole, leastPx).map(({ mask, area }) => ({ value, mask, area })) : [],
    )
    const regions = all.sort((a, b) => b.area - a.area).slice(0, most)
    return { regions, leftOut: all.length - regions.length }
  },

  /** A part of a picture as raw RGB bytes in the file `out`, upright, as the page shows it. Errors: file/*, disk/*. */
  async region({ root, relPath, ...options }: PictureAt & RegionOptions): Promise<{ width: number; height: number }> {
    return cutRegion(await readPictureHeader(root, relPath), relPath, options)
  },

  /** RGBA PNG; small enough to travel. */
  overlay: (options: OverlayOptions): Promise<Uint8Array> => Promise.resolve(renderOverlay(options)),

  /** Label maps of a snapshot, several at a time. */
  async labelMaps({ maps }: { maps: (LabelMapOptions & { out: string })[] }): Promise<null> {
    for (const { out, ...options } of maps) await writeWhole(out, encodeLabelMap(options))
    return null
  },
}

export type MediaOperations = typeof mediaOperations
