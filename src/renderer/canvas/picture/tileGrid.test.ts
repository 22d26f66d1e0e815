import { describe, expect, it } from 'vitest'
import { turnOf, uprightSize } from './orientation.ts'
import { TileGrid, tileKey } from './tileGrid.ts'

/** A stored picture of 3 x 2 pixels as each EXIF orientation shows it, row by row. */
const upright = ['012345', '210543', '543210', '345012', '031425', '304152', '524130', '251403']

describe('turning stored pixels', () => {
  it.each(upright.map((expected, i) => [i + 1, expected] as const))('orientation %i', (orientation, expected) => {
    const stored = { width: 3, height: 2 }
    const turn = turnOf(orientation, stored)
    const { width } = uprightSize(turn, stored)
    const seen: number[] = []
    for (let v = 0; v < 2; v++)
      for (let u = 0; u < 3; u++) {
        // The middle of a pixel has one place.
        const x = turn.xu * (u + 0.5) + turn.xv * (v + 0.5) + turn.x0
        const y = turn.yu * (u + 0.5) + turn.yv * (v + 0.5) + turn.y0
        seen[Math.floor(y) * width + Math.floor(x)] = v * 3 + u
      }
    expect(seen.join('')).toBe(expected)
  })
})

describe('the grid of tiles', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('covers every pixel of the picture once on every level, orientation %i', (orientation) => {
    const grid = new TileGrid({ width: 3_001, height: 1_700 }, orientation)
    expect(grid.size).toEqual(orientation > 4 ? { width: 1_700, height: 3_001 } : { width: 3_001, height: 1_700 })
    const all = { minX: 0, minY: 0, maxX: grid.size.width, maxY: grid.size.height }
    for (let level = 0; level < grid.levels; level++) {
      const tiles = grid.tilesIn(level, all)
      let area = 0
      for (const tile of tiles) {
        const { minX, minY, maxX, maxY } = grid.boundsOf(tile)
        area += (Math.min(maxX, all.maxX) - Math.max(0, minX)) * (Math.min(maxY, all.maxY) - Math.max(0, minY))
        // A window within a tile finds that tile alone.
        const inner = {
          minX: Math.max(0, minX) + 1,
          minY: Math.max(0, minY) + 1,
          maxX: Math.min(maxX, all.maxX) - 1,
          maxY: Math.min(maxY, all.maxY) - 1,
        }
        if (inner.maxX > inner.minX && inner.maxY > inner.minY) expect(grid.tilesIn(level, inner).map(tileKey)).toEqual([tileKey(tile)])
      }
      expect(area).toBe(3_001 * 1_700)
    }
    expect(grid.tilesIn(grid.levels - 1, all)).toHaveLength(1)
  })

  it('finds the tile that holds a pixel, and the pixel in it, for every orientation and level', () => {
    const stored = { width: 1_300, height: 700 }
    for (let orientation = 1; orientation <= 8; orientation++) {
      const grid = new TileGrid(stored, orientation)
      const turn = turnOf(orientation, stored)
      for (const [u, v] of [
        [0, 0],
        [1_299, 699],
        [511, 512],
        [777, 345],
      ] as const)
        for (const level of [0, 1]) {
          const x = Math.floor(turn.xu * (u + 0.5) + turn.xv * (v + 0.5) + turn.x0)
          const y = Math.floor(turn.yu * (u + 0.5) + turn.yv * (v + 0.5) + turn.y0)
          const found = grid.pixelAt(level, x, y)
          expect([found.tile.x * 512 + found.stored.x, found.tile.y * 512 + found.stored.y]).toEqual([u >> level, v >> level])
          // The same pixel of the tile once it is turned.
          const { xu, xv, yu, yv, x0, y0 } = turnOf(orientation, grid.tileSizeOf(found.tile))
          const [a, b] = [found.stored.x + 0.5, found.stored.y + 0.5]
          expect(found.upright).toEqual({ x: Math.floor(xu * a + xv * b + x0), y: Math.floor(yu * a + yv * b + y0) })
        }
    }
  })

  it('chooses the level that has a pixel for every device pixel, of those that are there', () => {
    const grid = new TileGrid({ width: 30_000, height: 20_000 }, 1)
    expect([4, 1, 0.6, 0.5, 0.3, 0.25, 0.04, 0.0001].map((scale) => grid.levelFor(scale, 0))).toEqual([0, 0, 0, 1, 1, 2, 4, 6])
    expect(grid.levelFor(1, 3)).toBe(3)
  })

  it('gives tiles from the middle outwards, a ring around them, and their ancestors', () => {
    const grid = new TileGrid({ width: 30_000, height: 20_000 }, 6)
    const part = { minX: 5_000, minY: 9_000, maxX: 5_400, maxY: 9_400 }
    const [first, ...others] = grid.tilesIn(0, part)
    expect(others.length).toBeLessThan(4)
    const { minX, maxX, minY, maxY } = grid.boundsOf(first!)
    expect(minX < 5_200 && maxX > 5_200 && minY < 9_200 && maxY > 9_200).toBe(true)
    expect(grid.tilesIn(0, part, 1).length).toBeGreaterThan(8)
    const parent = grid.boundsOf(grid.ancestor(first!, 3))
    expect(parent.minX <= minX && parent.maxX >= maxX && parent.minY <= minY && parent.maxY >= maxY).toBe(true)
  })
})
