import { describe, expect, it } from 'vitest'
import type { PixelWindow } from '../engine/pixelSource.ts'
import { turnOf, uprightSize } from './orientation.ts'
import { readStrips, readTiles, type TileLevel } from './readPixels.ts'
import { TileGrid, tileKey, type TileAt } from './tileGrid.ts'

const stored = { width: 1_301, height: 600 }
const never = new AbortController().signal
/** The colour of a stored pixel of a level: of another place, another word. */
const colorAt = (level: number, u: number, v: number): number => ((level + 1) << 24) | (v << 12) | u

/** A picture whose tiles are cut and turned as the studio does it, and how its pixels really lie upright. */
function painted(orientation: number, level: number): TileLevel & { readonly loaded: TileAt[]; wordAt: (x: number, y: number) => number } {
  const grid = new TileGrid(stored, orientation)
  const loaded: TileAt[] = []
  const [, toU, toV] = inverse(orientation, stored)
  return {
    grid,
    level,
    loaded,
    load: async (at) => {
      loaded.push(at)
      // Tiles come in any order.
      await new Promise((resolve) => setTimeout(resolve, (at.x + at.y) % 3))
      const cut = grid.tileSizeOf(at)
      const [{ width, height }, u, v] = inverse(orientation, cut)
      const words = new Uint32Array(width * height)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) words[y * width + x] = colorAt(level, at.x * 512 + u(x, y), at.y * 512 + v(x, y))
      return { width, height, rgba: new Uint8ClampedArray(words.buffer) }
    },
    wordAt: (x, y) => colorAt(level, toU(x, y) >> level, toV(x, y) >> level),
  }
}

type Axis = (x: number, y: number) => number
/** Upright size of a stored rectangle, and which stored pixel lies under an upright one. */
function inverse(orientation: number, size: { width: number; height: number }): [{ width: number; height: number }, Axis, Axis] {
  const { xu, xv, yu, yv, x0, y0 } = turnOf(orientation, size)
  const u: Axis = (x, y) => Math.floor(xu * (x + 0.5 - x0) + yu * (y + 0.5 - y0))
  const v: Axis = (x, y) => Math.floor(xv * (x + 0.5 - x0) + yv * (y + 0.5 - y0))
  return [uprightSize({ xu, xv, yu, yv, x0, y0 }, size), u, v]
}

const wordsOf = (rgba: Uint8ClampedArray): Uint32Array => new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength / 4)
const wrongPixels = (rgba: Uint8ClampedArray, window: PixelWindow, wordAt: (x: number, y: number) => number): number =>
  wordsOf(rgba).reduce(
    (wrong, word, i) => wrong + Number(word !== wordAt(window.x + (i % window.width), window.y + Math.floor(i / window.width)) >>> 0),
    0,
  )

describe('reading pixels from tiles', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8])
    for (const level of [0, 1])
      it(`are those of the upright picture: orientation ${orientation}, level ${level}`, async () => {
        const picture = painted(orientation, level)
        const { width, height } = picture.grid.size
        for (const window of [
          { x: 0, y: 0, width, height },
          { x: 500, y: 490, width: 61, height: 57 },
          { x: width - 7, y: height - 5, width: 7, height: 5 },
        ]) {
          const rgba = await readTiles(picture, window, never)
          expect(rgba).toHaveLength(window.width * window.height * 4)
          expect(wrongPixels(rgba, window, picture.wordAt)).toBe(0)
        }
      })

  it('loads the tiles under the window, each once', async () => {
    const picture = painted(6, 0)
    await readTiles(picture, { x: 500, y: 500, width: 100, height: 20 }, never)
    const keys = picture.loaded.map(tileKey)
    expect(keys).toHaveLength(new Set(keys).size)
    expect(keys.length).toBeLessThanOrEqual(4)
  })

  it('ends at the first tile that cannot be read, and when it is given up', async () => {
    const picture = painted(1, 0)
    let asked = 0
    const all = { x: 0, y: 0, ...picture.grid.size }
    const broken = { ...picture, load: () => (asked++, Promise.reject(new Error('unreadable'))) }
    await expect(readTiles(broken, all, never)).rejects.toThrow('unreadable')
    expect(asked).toBeLessThanOrEqual(6)
    const stop = new AbortController()
    const reading = readTiles(picture, all, stop.signal)
    stop.abort()
    await expect(reading).rejects.toThrow('aborted')
    expect(picture.loaded.length).toBeLessThanOrEqual(6)
  })
})

describe('reading pixels by strips', () => {
  const wordAt = (x: number, y: number): number => y * 4_096 + x
  const read = ({ x, y, width, height }: PixelWindow): Uint8ClampedArray =>
    new Uint8ClampedArray(Uint32Array.from({ length: width * height }, (_, i) => wordAt(x + (i % width), y + Math.floor(i / width))).buffer)

  it('are those of the window, a bounded part at a time', async () => {
    const parts: number[] = []
    const strip = (part: PixelWindow): Uint8ClampedArray => (parts.push(part.width * part.height), read(part))
    const window = { x: 7, y: 11, width: 1_999, height: 1_203 }
    expect(wrongPixels(await readStrips(strip, window), window, wordAt)).toBe(0)
    expect(parts).toHaveLength(3)
    expect(Math.max(...parts)).toBeLessThanOrEqual(1_000_000)
    expect(await readStrips(strip, { ...window, height: 2 })).toHaveLength(1_999 * 2 * 4)
    expect(parts).toHaveLength(4)
  })

  it('end when they are given up', async () => {
    const stop = new AbortController()
    let strips = 0
    const reading = readStrips((part) => (strips++, read(part)), { x: 0, y: 0, width: 2_000, height: 1_500 }, stop.signal)
    stop.abort()
    await expect(reading).rejects.toThrow('aborted')
    expect(strips).toBe(1)
  })
})
