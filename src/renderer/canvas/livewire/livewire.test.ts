import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import { CheapestPaths } from './cheapestPaths.ts'
import { edgeField, mostCost, stepCost, steps, type EdgeField } from './edgeCosts.ts'
import { WireGraph } from './wireGraph.ts'
import { paintedPixels, wireWithoutThread } from './wireRig.ts'
import { hasRoom, strideOf, windowFor } from './wireWindow.ts'

const disc = { x: 150.3, y: 120.8, radius: 60 }
const discPicture = paintedPixels(300, 240, (x, y) =>
  Math.hypot(x + 0.5 - disc.x, y + 0.5 - disc.y) < disc.radius ? [40, 60, 50] : [170, 160, 60 + ((x * 7 + y * 13) % 20)],
)
const onDisc = (angle: number): ImageVec => ({ x: disc.x + disc.radius * Math.cos(angle), y: disc.y + disc.radius * Math.sin(angle) })

/** The cheapest way by relaxing every step until nothing changes (Bellman and Ford). */
function plainCosts(field: EdgeField, seed: number): number[] {
  const { columns, rows } = field
  const costs = Array<number>(columns * rows).fill(Infinity)
  costs[seed] = 0
  for (let changed = true; changed;) {
    changed = false
    for (let at = 0; at < costs.length; at++) {
      for (const [dx, dy] of steps) {
        const [x, y] = [(at % columns) + dx, Math.floor(at / columns) + dy]
        if (x < 0 || y < 0 || x >= columns || y >= rows) continue
        const cost = costs[at]! + stepCost(field, at, y * columns + x, dx, dy)
        if (cost < costs[y * columns + x]!) {
          costs[y * columns + x] = cost
          changed = true
        }
      }
    }
  }
  return costs
}

describe('edges of a picture', () => {
  it('are cheapest at the corners between two columns of pixels, along them', () => {
    const rgba = new Uint8ClampedArray(4 * 12 * 9)
    for (let i = 0; i < 12 * 9; i++) rgba.fill(i % 12 < 5 ? 20 : 200, 4 * i, 4 * i + 3)
    const field = edgeField(rgba, 12, 9)
    const row = Array.from({ length: 13 }, (_, x) => field.own[4 * 13 + x]!)
    expect(row.indexOf(Math.min(...row))).toBe(5)
    const at = 4 * 13 + 5
    expect(stepCost(field, at, at + 13, 0, 1)).toBeLessThan(10)
    expect(stepCost(field, at, at + 1, 1, 0)).toBeGreaterThan(100)
  })

  it('cost whole numbers that the buckets have room for, whatever the pixels', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4 * 30, maxLength: 4 * 30 }), (rgba) => {
        const field = edgeField(rgba, 6, 5)
        for (let y = 1; y < 5; y++) {
          for (let x = 1; x < 6; x++) {
            for (const [dx, dy] of steps) {
              const cost = stepCost(field, y * 7 + x, (y + dy) * 7 + x + dx, dx, dy)
              expect(Number.isInteger(cost) && cost >= 1 && cost <= mostCost).toBe(true)
            }
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

it('paths are the cheapest there are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4 * 42, maxLength: 4 * 42 }), fc.nat(55), fc.nat(55), (rgba, seed, to) => {
      const field = edgeField(rgba, 7, 6)
      const path = new CheapestPaths(field, seed).pathTo(to)
      expect(path.at(-1) ?? seed).toBe(to)
      let cost = 0
      let last = seed
      for (const at of path) {
        const [dx, dy] = [(at % 8) - (last % 8), Math.floor(at / 8) - Math.floor(last / 8)]
        expect(Math.max(Math.abs(dx), Math.abs(dy))).toBe(1)
        cost += stepCost(field, last, at, dx, dy)
        last = at
      }
      expect(cost).toBe(plainCosts(field, seed)[to])
    }),
    { numRuns: 40 },
  )
})

describe('a wire', () => {
  it('follows the outline of what it is put to, within a pixel', async () => {
    const rgba = await discPicture.read({ x: 60, y: 40, width: 200, height: 180 })
    const graph = new WireGraph(rgba, { x: 60, y: 40, width: 200, height: 180 }, onDisc(0))
    const way = graph.pathTo(onDisc(2), 5)
    expect(way.length).toBeGreaterThan(80)
    for (const p of way) expect(Math.abs(Math.hypot(p.x - disc.x, p.y - disc.y) - disc.radius)).toBeLessThan(1.2)
    // To the place itself, where the end is given.
    expect(graph.pathTo({ x: 100.4, y: 60.2 }, 0).at(-1)).toEqual({ x: 100.4, y: 60.2 })
  })

  it('is looked for in a window with room around both ends, that never holds more than it may', () => {
    const image = { width: 30_000, height: 20_000 }
    const near = windowFor({ x: 5000, y: 5000 }, { x: 5010, y: 4990 }, image)!
    expect(near.width).toBeGreaterThanOrEqual(300)
    expect(hasRoom(near, { x: 5010, y: 4990 }, image)).toBe(true)
    expect(strideOf(near)).toBe(1)
    const far = windowFor({ x: 5000, y: 5000 }, { x: 5600, y: 5500 }, image)!
    expect(strideOf(far)).toBeGreaterThan(1)
    expect(windowFor({ x: 0, y: 0 }, { x: 9000, y: 9000 }, image)).toBeNull()
    const corner = windowFor({ x: 3, y: 2 }, { x: 0, y: 0 }, image)!
    expect([corner.x, corner.y]).toEqual([0, 0])
    expect(hasRoom(corner, { x: 0, y: 0 }, image)).toBe(true)
    expect(windowFor({ x: 0, y: 0 }, { x: 1, y: 0 }, { width: 1, height: 1 })).toBeNull()
  })

  it('is told when it is known, asks again when the pointer leaves the window, and forgets with the seed', async () => {
    let told = 0
    const { wire, settled } = wireWithoutThread(
      () => discPicture,
      () => told++,
    )
    expect(wire.pathTo({ x: 1, y: 1 }, 0)).toBeNull()
    wire.seed(onDisc(0))
    expect(wire.pathTo(onDisc(1), 5)).toEqual({ points: [], exact: false })
    await settled()
    expect(told).toBe(1)
    const known = wire.pathTo(onDisc(1), 5)
    expect(known?.exact).toBe(true)
    // Until the next one is known the last one stands.
    expect(wire.pathTo(onDisc(1.2), 5)).toEqual({ points: known?.points, exact: false })
    wire.seed({ x: 10, y: 10 })
    await settled()
    expect(told).toBe(1)
    expect(wire.pathTo({ x: 20, y: 10 }, 5)).toEqual({ points: [], exact: false })
  })

  it('that cannot be had is none: without pixels, too far away, or when they cannot be read', async () => {
    const none = wireWithoutThread(
      () => null,
      () => undefined,
    )
    none.wire.seed({ x: 1, y: 1 })
    expect(none.wire.pathTo({ x: 2, y: 2 }, 0)).toBeNull()
    let told = 0
    const broken = wireWithoutThread(
      () => ({ size: { width: 30_000, height: 20_000 }, edition: 0, read: () => Promise.reject(new Error('file/unreadable')) }),
      () => told++,
    )
    broken.wire.seed({ x: 100, y: 100 })
    expect(broken.wire.pathTo({ x: 9000, y: 9000 }, 0)).toBeNull()
    expect(broken.wire.pathTo({ x: 120, y: 100 }, 0)).toMatchObject({ exact: false })
    await broken.settled()
    expect(told).toBe(1)
    expect(broken.wire.pathTo({ x: 120, y: 100 }, 0)).toBeNull()
  })
})
