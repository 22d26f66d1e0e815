import type { Bounds, ImageSize } from '../../../shared/geometry/spaces.ts'
import { coarseLevelOf, isDeep, tileSize, type PictureHeader } from '../../../shared/model/picture.ts'
import { wholeWindow, type ValueWindow } from '../../../shared/picture/valueWindow.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import { deviceX, deviceY, type Frame } from '../paint/frame.ts'
import { scratch, smoothFor, type PictureSource } from './pictureSource.ts'
import { readTiles, type TilePixels } from './readPixels.ts'
import type { TileBudget } from './tileBudget.ts'
import { TileCache } from './tileCache.ts'
import { TileGrid, type TileAt } from './tileGrid.ts'
import { decodeTile, drawWords, WindowColors } from './tileImage.ts'

interface Tile {
  bitmap: ImageBitmap
  /** Values of a deep picture, the window it is opened with, and the one its bitmap was drawn through. */
  readonly words: Uint16Array | null
  readonly opening: ValueWindow | null
  colors: WindowColors | null
  readonly bytes: number
}

/** What is known of one pixel. */
interface TilePixel {
  /** As it is shown: red, green, blue. */
  readonly color: readonly [number, number, number]
  /** Of a deep picture: what is stored, one number or three. */
  readonly values: readonly number[] | null
  /** It stands for several pixels: finer tiles are not there. */
  readonly coarse: boolean
}

export interface TiledPictureOptions {
  readonly header: PictureHeader
  /** Bytes of a tile: an image, or 16-bit values of a deep picture. */
  readonly load: (at: TileAt, signal: AbortSignal) => Promise<Blob>
  readonly failed: (error: unknown) => void
  /** Of the tiles of all pictures. */
  readonly budget: TileBudget
}

const atOnce = 6

/** A picture of which only what is on screen is in memory: tiles of the level that fits the zoom, coarser ones until those are there. */
export class TiledPicture implements PictureSource {
  readonly size: ImageSize
  readonly whole = null
  readonly #options: TiledPictureOptions
  readonly #grid: TileGrid
  readonly #cache: TileCache<Tile>
  readonly #closed = new AbortController()
  readonly #listeners = new Set<() => void>()
  #finest: number
  /** The whole pyramid is there. */
  #complete: boolean
  #edition = 0
  #probe: OffscreenCanvasRenderingContext2D | null = null
  #standIn: PictureSource | null = null
  #window: ValueWindow | null = null
  #colors: WindowColors | null = null
  #opening = wholeWindow

  constructor(options: TiledPictureOptions) {
    const { header, budget } = options
    this.#options = options
    this.#grid = new TileGrid(header, header.orientation)
    this.size = this.#grid.size
    this.#finest = header.inTiles ? 0 : coarseLevelOf(header)
    this.#complete = coarseLevelOf(header) === 0
    this.#cache = new TileCache<Tile>({
      load: (at, signal) => this.#load(at, signal),
      release: ({ bitmap }) => bitmap.close(),
      loaded: () => this.#changed(),
      failed: options.failed,
      budget,
      atOnce,
    })
  }

  /** All levels are there now. */
  sharpened(): void {
    this.#complete = true
    if (this.#finest === 0) return
    this.#finest = 0
    this.#edition++
    this.#changed()
  }

  get edition(): number {
    return this.#edition
  }

  get blockPx(): number {
    return 2 ** this.#finest
  }

  get isSharp(): boolean {
    return this.#complete
  }

  get deep(): boolean {
    return isDeep(this.#options.header)
  }

  /** Of a deep picture: the values shown from black to white; the default until somebody sets it. */
  get window(): ValueWindow {
    return this.#window ?? this.#colors?.window ?? wholeWindow
  }

  /** Of a deep picture: the default, as soon as a tile has brought it. */
  get opening(): ValueWindow {
    return this.#opening
  }

  /** Tiles that could not be read are asked for again. */
  retry(): void {
    this.#cache.retry()
  }

  /** What is seen until the first tile is there. */
  setStandIn(standIn: PictureSource | null): void {
    this.#standIn = standIn
    this.#changed()
  }

  setWindow(window: ValueWindow | null): void {
    this.#window = window
    this.#colors = null
    this.#edition++
    this.#changed()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#closed.abort()
    this.#listeners.clear()
    this.#cache.close()
  }

  draw(frame: Frame): void {
    const level = this.#grid.levelFor(frame.scale, this.#finest)
    const part = clipped(frame.visible, this.size)
    if (!part) return
    const visible = this.#grid.tilesIn(level, part)
    const missing = visible.filter((at) => !this.#cache.has(at))
    const { context } = frame
    context.save()
    context.beginPath()
    context.rect(...deviceRect(frame, { minX: 0, minY: 0, maxX: this.size.width, maxY: this.size.height }))
    context.clip()
    smoothFor(context, frame.scale)
    if (!this.#top().some((at) => this.#cache.has(at))) this.#standIn?.draw(frame)
    for (const at of this.#standIns(missing)) this.#drawTile(frame, at)
    for (const at of visible) this.#drawTile(frame, at)
    context.restore()
    this.#cache.want([...this.#top(), ...visible, ...this.#around(level, part)])
  }

  /** A pixel as far as it is in memory, from the finest tile that holds it. */
  pixelAt(x: number, y: number): TilePixel | null {
    for (let level = this.#finest; level < this.#grid.levels; level++) {
      const { tile: at, stored, upright } = this.#grid.pixelAt(level, x, y)
      const tile = this.#cache.get(at)
      if (!tile) continue
      const context = (this.#probe ??= scratch({ width: 1, height: 1 }))
      context.clearRect(0, 0, 1, 1)
      context.drawImage(this.#bitmapOf(tile, at), upright.x, upright.y, 1, 1, 0, 0, 1, 1)
      const [r, g, b] = context.getImageData(0, 0, 1, 1).data as unknown as readonly [number, number, number]
      return { color: [r, g, b], values: tile.words && valuesAt(tile.words, this.#grid.tileSizeOf(at), stored), coarse: level > 0 }
    }
    return null
  }

  async read(window: PixelWindow, stop?: AbortSignal): Promise<Uint8ClampedArray> {
    const signal = stop ? AbortSignal.any([stop, this.#closed.signal]) : this.#closed.signal
    const context = scratch({ width: tileSize, height: tileSize })
    const load = async (at: TileAt): Promise<TilePixels> => {
      const known = this.#cache.get(at)
      const tile = known ?? (await this.#load(at, signal))
      const bitmap = this.#bitmapOf(tile, at)
      const { width, height } = bitmap
      context.clearRect(0, 0, width, height)
      context.drawImage(bitmap, 0, 0)
      if (!known) tile.bitmap.close()
      return { width, height, rgba: context.getImageData(0, 0, width, height).data }
    }
    try {
      return await readTiles({ grid: this.#grid, level: this.#finest, load }, window, signal)
    } catch (error) {
      if (!signal.aborted) this.#options.failed(error)
      throw error
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }

  /** The whole picture in one tile: the first to be seen, and the last stand-in. */
  #top(): TileAt[] {
    return [{ level: this.#grid.levels - 1, x: 0, y: 0 }]
  }

  /** What the next movement will need: a ring of tiles, and what zooming out shows. */
  #around(level: number, part: Bounds): TileAt[] {
    const coarser = level + 1 < this.#grid.levels ? this.#grid.tilesIn(level + 1, part) : []
    return [...coarser, ...this.#grid.tilesIn(level, part, 1)]
  }

  /** The finest tiles in memory that cover those that are missing, coarsest first. */
  #standIns(missing: readonly TileAt[]): TileAt[] {
    const found = new Map<string, TileAt>()
    for (const at of missing)
      for (let level = at.level + 1; level < this.#grid.levels; level++) {
        const ancestor = this.#grid.ancestor(at, level)
        if (!this.#cache.has(ancestor)) continue
        found.set(`${level}/${ancestor.x}/${ancestor.y}`, ancestor)
        break
      }
    return [...found.values()].sort((a, b) => b.level - a.level)
  }

  #drawTile(frame: Frame, at: TileAt): void {
    const tile = this.#cache.get(at)
    if (tile) frame.context.drawImage(this.#bitmapOf(tile, at), ...deviceRect(frame, this.#grid.boundsOf(at)))
  }

  /** Drawn anew when the window of a deep picture was moved since. */
  #bitmapOf(tile: Tile, at: TileAt): ImageBitmap {
    if (tile.words && tile.opening && tile.colors !== this.#currentColors(tile.opening)) {
      tile.bitmap.close()
      tile.colors = this.#currentColors(tile.opening)
      tile.bitmap = drawWords(tile.words, this.#grid.tileSizeOf(at), tile.colors, this.#options.header.orientation)
    }
    return tile.bitmap
  }

  /** Until a window is set, that of the picture, which every tile brings. */
  #currentColors(opening: ValueWindow): WindowColors {
    return (this.#colors ??= new WindowColors(this.#window ?? opening))
  }

  async #load(at: TileAt, signal: AbortSignal): Promise<Tile> {
    const blob = await this.#options.load(at, signal)
    const { orientation } = this.#options.header
    const stored = this.#grid.tileSizeOf(at)
    const pixelBytes = stored.width * stored.height * 4
    if (!this.deep) return { bitmap: await decodeTile(blob, orientation), words: null, opening: null, colors: null, bytes: pixelBytes }
    const buffer = await blob.arrayBuffer()
    const [low = 0, high = 0] = new Uint16Array(buffer, 0, 2)
    const words = new Uint16Array(buffer, 4)
    const opening = { low, high }
    this.#opening = opening
    const colors = this.#currentColors(opening)
    return { bitmap: drawWords(words, stored, colors, orientation), words, opening, colors, bytes: pixelBytes + words.byteLength }
  }
}

function valuesAt(words: Uint16Array, { width, height }: ImageSize, { x, y }: { readonly x: number; readonly y: number }): number[] {
  const channels = words.length / (width * height)
  const at = (y * width + x) * channels
  return [...words.subarray(at, at + channels)]
}

function clipped(visible: Bounds, { width, height }: ImageSize): Bounds | null {
  const part = {
    minX: Math.max(0, visible.minX),
    minY: Math.max(0, visible.minY),
    maxX: Math.min(width, visible.maxX),
    maxY: Math.min(height, visible.maxY),
  }
  return part.maxX > part.minX && part.maxY > part.minY ? part : null
}

/** Whole device pixels, so that neighbouring tiles meet without a seam. */
function deviceRect(frame: Frame, { minX, minY, maxX, maxY }: Bounds): [number, number, number, number] {
  const x = Math.round(deviceX(frame, minX))
  const y = Math.round(deviceY(frame, minY))
  return [x, y, Math.round(deviceX(frame, maxX)) - x, Math.round(deviceY(frame, maxY)) - y]
}
