import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import type { TileAt, TileGrid } from './tileGrid.ts'

/** Colours of a tile, upright. */
export interface TilePixels extends ImageSize {
  readonly rgba: Uint8ClampedArray
}

/** The pixels of one level of a picture, a tile at a time. */
export interface TileLevel {
  readonly grid: TileGrid
  readonly level: number
  readonly load: (at: TileAt) => Promise<TilePixels>
}

const atOnce = 6

/** RGBA rows of a window, put together from tiles, a few on their way at once; pixels of a coarse level are repeated. Errors: those of `load`. */
export async function readTiles({ grid, level, load }: TileLevel, window: PixelWindow, signal: AbortSignal): Promise<Uint8ClampedArray> {
  const rgba = new Uint8ClampedArray(window.width * window.height * 4)
  const part = { minX: window.x, minY: window.y, maxX: window.x + window.width, maxY: window.y + window.height }
  let waiting = grid.tilesIn(level, part)
  const lane = async (): Promise<void> => {
    for (let at = waiting.shift(); at; at = waiting.shift()) {
      signal.throwIfAborted()
      const tile = await load(at)
      const { minX, minY } = grid.boundsOf(at)
      copyTile(tile, { x: minX, y: minY, factor: 2 ** level }, rgba, window)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, lane))
    signal.throwIfAborted()
  } catch (error) {
    waiting = []
    throw error
  }
  return rgba
}

/** What of a tile lies in the window, every pixel `factor` times in both directions. */
function copyTile(tile: TilePixels, at: { x: number; y: number; factor: number }, rgba: Uint8ClampedArray, window: PixelWindow): void {
  const from = wordsOf(tile.rgba)
  const to = wordsOf(rgba)
  const { factor } = at
  const x0 = Math.max(at.x, window.x)
  const x1 = Math.min(at.x + tile.width * factor, window.x + window.width)
  const y1 = Math.min(at.y + tile.height * factor, window.y + window.height)
  for (let y = Math.max(at.y, window.y); y < y1; y++) {
    const row = Math.floor((y - at.y) / factor) * tile.width
    const begin = (y - window.y) * window.width - window.x
    if (factor === 1) to.set(from.subarray(row + x0 - at.x, row + x1 - at.x), begin + x0)
    else for (let x = x0; x < x1; x++) to[begin + x] = from[row + Math.floor((x - at.x) / factor)]!
  }
}

const wordsOf = ({ buffer, byteOffset, byteLength }: Uint8ClampedArray): Uint32Array => new Uint32Array(buffer, byteOffset, byteLength / 4)

/** Pixels that are read in one go: more would be felt. */
const mostOfStrip = 1_000_000

/** RGBA rows of a window, read strip by strip with a pause between two, so that a large one does not stop the page. */
export async function readStrips(
  readStrip: (strip: PixelWindow) => Uint8ClampedArray,
  window: PixelWindow,
  signal?: AbortSignal,
): Promise<Uint8ClampedArray> {
  const { x, y, width, height } = window
  const rows = Math.max(1, Math.floor(mostOfStrip / width))
  if (rows >= height) return readStrip(window)
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let row = 0; row < height; row += rows) {
    rgba.set(readStrip({ x, y: y + row, width, height: Math.min(rows, height - row) }), row * width * 4)
    await new Promise((resolve) => setTimeout(resolve))
    signal?.throwIfAborted()
  }
  return rgba
}
