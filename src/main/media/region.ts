import path from 'node:path'
import { mkdir, writeFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { isDeep, tileSize, type PictureHeader } from '../../shared/model/picture.ts'
import { storedEdges, type Edges } from '../../shared/picture/turn.ts'
import { throughWindow } from '../../shared/picture/valueWindow.ts'
import { bare, spaceOf } from './bareColors.ts'
import { deepReader, windowOf } from './deepPicture.ts'
import { pictureReader, turned } from './picture.ts'
import { pictureFault, type PictureFile } from './pictureHeader.ts'
import { tileExtension, tileFile, windowIn } from './tiles.ts'

export interface RegionOptions {
  /** Of the oriented picture, in whole pixels. */
  readonly window: Edges
  /** Pixels a side of the result at most. */
  readonly mostSide: number
  /** Gets raw RGB bytes. */
  readonly out: string
  /** Tiles of a level that is there, instead of the file. */
  readonly tiles: { readonly folder: string; readonly levels: number; readonly level: number } | null
}

interface Values {
  readonly data: Buffer
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** Cuts a part of a picture, upright, in the colours in which the page shows it, reduced where it is larger than asked. Errors: file/*, disk/*. */
export async function cutRegion(picture: PictureFile, relPath: string, options: RegionOptions): Promise<{ width: number; height: number }> {
  const { header } = picture
  const rect = storedEdges(options.window, header, header.orientation)
  const factor = Math.max(1, Math.max(rect[2] - rect[0], rect[3] - rect[1]) / options.mostSide)
  const size = {
    width: Math.max(1, Math.round((rect[2] - rect[0]) / factor)),
    height: Math.max(1, Math.round((rect[3] - rect[1]) / factor)),
  }
  try {
    const source = options.tiles ? await fromTiles(header, rect, options.tiles) : await cutOut(picture, rect)
    const values = await valuesOf(source.resize(size.width, size.height, { fit: 'fill' }), header)
    const bytes = isDeep(header) ? await asBytes(values, picture, options.tiles) : values
    const upright = sharp(bytes.data, { raw: { width: bytes.width, height: bytes.height, channels: bytes.channels } })
    const { data, info } = await turned(upright, header.orientation).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    await write(options.out, data)
    return { width: info.width, height: info.height }
  } catch (error) {
    throw pictureFault(relPath, error)
  }
}

const boxOf = ([x0, y0, x1, y1]: Edges) => ({ left: x0, top: y0, width: x1 - x0, height: y1 - y0 })

const cutOut = async (picture: PictureFile, rect: Edges): Promise<Sharp> =>
  isDeep(picture.header)
    ? (await deepReader(picture)).extract(boxOf(rect))
    : bare((await pictureReader(picture)).toColourspace('srgb').extract(boxOf(rect)), picture.header)

/** Pixels as numbers: RGB bytes, or 16 bits of a deep picture, grey or RGB. */
async function valuesOf(image: Sharp, header: PictureHeader): Promise<Values> {
  const raw = isDeep(header) ? image.toColourspace(spaceOf(header)).raw({ depth: 'ushort' }) : image.toColourspace('srgb').raw()
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3 }
}

/** The tiles that a part of the picture touches, side by side, cut to it. */
async function fromTiles(
  header: PictureHeader,
  rect: Edges,
  { folder, levels, level }: NonNullable<RegionOptions['tiles']>,
): Promise<Sharp> {
  const factor = 2 ** level
  const [width, height] = [Math.ceil(header.width / factor), Math.ceil(header.height / factor)]
  const [x0, y0] = [Math.floor(rect[0] / factor), Math.floor(rect[1] / factor)]
  const [x1, y1] = [Math.min(width, Math.ceil(rect[2] / factor)), Math.min(height, Math.ceil(rect[3] / factor))]
  const [w, h] = [x1 - x0, y1 - y0]
  let whole: Buffer | null = null
  let channels: 1 | 3 = 3
  let perPixel = 3
  for (let row = Math.floor(y0 / tileSize); row * tileSize < y1; row++) {
    for (let column = Math.floor(x0 / tileSize); column * tileSize < x1; column++) {
      const tile = await valuesOf(sharp(tileFile(folder, levels, level, column, row, tileExtension(header))), header)
      channels = tile.channels
      perPixel = tile.data.length / (tile.width * tile.height)
      whole ??= Buffer.alloc(w * h * perPixel)
      const [left, top] = [column * tileSize, row * tileSize]
      const from = Math.max(x0, left)
      const to = Math.min(x1, left + tile.width)
      for (let y = Math.max(y0, top); y < Math.min(y1, top + tile.height); y++) {
        const start = ((y - top) * tile.width + from - left) * perPixel
        tile.data.copy(whole, ((y - y0) * w + from - x0) * perPixel, start, start + (to - from) * perPixel)
      }
    }
  }
  const raw = { width: w, height: h, channels }
  const pixels = whole ?? Buffer.alloc(w * h * perPixel)
  return isDeep(header) ? sharp(wordsOf(pixels), { raw }).toColourspace(spaceOf(header)) : sharp(pixels, { raw })
}

/** Deep values through the window of the whole picture. */
async function asBytes(values: Values, picture: PictureFile, tiles: RegionOptions['tiles']): Promise<Values> {
  const window = tiles ? await windowIn(tiles.folder, picture) : await windowOf(picture)
  return { ...values, data: Buffer.from(throughWindow(wordsOf(values.data), window)) }
}

const wordsOf = (data: Buffer): Uint16Array => new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))

async function write(file: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, bytes, { mode: 0o600 })
}
