import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { coveredShape, polygonArea, unitedParts, withoutSmallParts } from './polygonArea.ts'
import { nearestEdge, netArea, polygonContains, ringContains, ringsOf, type Ring } from './polygon.ts'
import { dissolvePolygon } from './polygonBoolean.ts'
import { spansOfPolygon, spansArea } from './maskSpans.ts'
import { eachPolygonRun } from './rasterize.ts'
import { ringContacts } from './ringContacts.ts'
import { shapeBounds } from './shapes.ts'

const rect = (x: number, y: number, w: number, h: number): ImagePoint[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]
const polygon = (...parts: [ImagePoint[], ...ImagePoint[][]][]): PolygonShape => ({
  kind: 'polygon',
  parts: parts.map(([outer, ...holes]) => ({ outer, holes })),
})
const bowTie: ImagePoint[] = [
  [100, 10],
  [140, 50],
  [140, 10],
  [100, 51],
]
const side = 48
/** On whole, half and broken pixels, so that rings also touch in vertices and along edges. */
const coordinate = fc.oneof(
  fc.integer({ min: 0, max: side / 8 }).map((v) => v * 8),
  fc.integer({ min: 0, max: 2 * side }).map((v) => v / 2),
  fc.double({ min: 0, max: side, noNaN: true }),
)
const anyRing = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 10 })
const anyPolygon = fc
  .array(fc.tuple(anyRing, fc.array(anyRing, { maxLength: 2 })), { minLength: 1, maxLength: 4 })
  .map((parts) => polygon(...parts.map(([outer, holes]): [ImagePoint[], ...ImagePoint[][]] => [outer, ...holes])))

const scaled = ({ parts }: PolygonShape, by: number): PolygonShape => {
  const ring = (points: Ring): ImagePoint[] => points.map(([x, y]) => [x * by, y * by])
  return { kind: 'polygon', parts: parts.map(({ outer, holes }) => ({ outer: ring(outer), holes: holes.map(ring) })) }
}
/** No more pixels than this are met by the outline. */
const metByOutline = (shape: PolygonShape): number =>
  ringsOf(shape).reduce(
    (sum, { ring }) =>
      sum +
      ring.reduce((of, [x, y], i) => {
        const [nextX, nextY] = ring[(i + 1) % ring.length]!
        return of + Math.abs(nextX - x) + Math.abs(nextY - y) + 2
      }, 0),
    0,
  )

describe('the area of a polygon', () => {
  it('that crosses itself, whose parts lie over each other or whose holes stick out is what its pixels say', () => {
    expect(polygonArea(polygon([bowTie]))).toBeCloseTo(810.12, 2)
    const symmetric: ImagePoint[] = [
      [0, 0],
      [40, 40],
      [40, 0],
      [0, 40],
    ]
    expect(polygonArea(polygon([symmetric]))).toBe(800)
    expect(polygonArea(polygon([rect(0, 0, 10, 10)], [rect(5, 0, 10, 10)]))).toBe(150)
    expect(polygonArea(polygon([rect(0, 0, 10, 10)], [rect(2, 2, 4, 4)]))).toBe(100)
    expect(polygonArea(polygon([rect(0, 0, 20, 20), rect(5, 5, 10, 10)], [rect(7, 7, 4, 4)]))).toBe(316)
    expect(polygonArea(polygon([rect(0, 0, 10, 10), rect(5, 5, 10, 10)]))).toBe(150)
    expect(polygonArea(polygon([rect(0, 0, 10, 10), rect(20, 0, 3, 3)]))).toBe(109)
    expect(polygonArea(polygon([rect(0, 0, 10, 10), rect(1, 1, 8, 8), rect(2, 2, 6, 6)]))).toBe(72)
  })

  it('is the number of its pixels, as nearly as its outline is long', () => {
    const fine = 4
    fc.assert(
      fc.property(anyPolygon, (shape) => {
        const grid = scaled(shape, fine)
        const pixels = spansArea(spansOfPolygon(grid, side * fine, side * fine))
        expect(Math.abs(polygonArea(grid) - pixels)).toBeLessThanOrEqual(metByOutline(grid))
        expect(Math.abs(polygonArea(shape) - netArea(dissolvePolygon(shape) ?? polygon()))).toBeLessThan(metByOutline(shape) / 1000)
      }),
      { numRuns: 100 },
    )
  })

  it('takes no dissolving where no rings meet', () => {
    const ring = Array.from({ length: 5_000 }, (_, i): ImagePoint => {
      const [angle, radius] = [(i / 5_000) * 2 * Math.PI, 900 + 40 * Math.sin(i / 7)]
      return [1000 + radius * Math.cos(angle), 1000 + radius * Math.sin(angle)]
    })
    const shape = polygon([ring, rect(900, 900, 50, 50)], [rect(910, 910, 5, 5)])
    expect(polygonArea(shape)).toBe(netArea(shape))
    expect(unitedParts(shape)).toBe(shape)
    const { groups, crossing } = ringContacts(shape)
    expect([groups.length, crossing.size]).toEqual([2, 0])
  })
})

describe('what a polygon covers', () => {
  it('is the same for the pointer, the pixels, the fill, the extent and the dissolved outline', () => {
    fc.assert(
      fc.property(
        anyPolygon,
        fc.array(fc.tuple(fc.integer({ min: 0, max: side - 1 }), fc.integer({ min: 0, max: side - 1 }))),
        (shape, places) => {
          const pixels = new Set<number>()
          eachPolygonRun(shape, side, side, (row, from, to) => {
            for (let x = from; x < to; x++) pixels.add(row * side + x)
          })
          const bounds = shapeBounds(shape)
          const filled = ringsOf(coveredShape(shape)).map(({ ring }) => ring)
          const dissolved = dissolvePolygon(shape)
          for (const [x, y] of places) {
            const p = { x: x + 0.5, y: y + 0.5 }
            if (nearestEdge(shape, p).distance < 0.01) continue
            const covered = pixels.has(y * side + x)
            expect(polygonContains(shape, p)).toBe(covered)
            expect(filled.reduce((inside, ring) => inside !== ringContains(ring, p), false)).toBe(covered)
            expect(dissolved !== null && polygonContains(dissolved, p)).toBe(covered)
            if (covered) expect(p.x > bounds.minX && p.x < bounds.maxX && p.y > bounds.minY && p.y < bounds.maxY).toBe(true)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('small parts', () => {
  it('go by what they cover, lobes and parts over each other as one', () => {
    const [large, small] = [rect(0, 0, 20, 20), rect(40, 0, 3, 3)]
    expect(withoutSmallParts(polygon([bowTie]), 21)).toMatchObject({ parts: [{ outer: bowTie }] })
    expect(withoutSmallParts(polygon([large], [small]), 10)).toEqual(polygon([large]))
    expect(withoutSmallParts(polygon([small]), 10)).toBeNull()
    const kept = polygon([large], [rect(18, 0, 3, 3)], [rect(40, 0, 3, 3)], [rect(42, 0, 3, 3)])
    expect(withoutSmallParts(kept, 12)).toBe(kept)
    expect(withoutSmallParts(kept, 16)).toEqual(polygon([large], [rect(18, 0, 3, 3)]))
    const twoLobes: ImagePoint[] = [
      [0, 0],
      [40, 40],
      [40, 25],
      [0, 10],
    ]
    const [lobe] = withoutSmallParts(polygon([twoLobes]), 100)!.parts
    expect(polygonArea(polygon([twoLobes])) - polygonArea(polygon([lobe!.outer]))).toBeCloseTo(80)
  })
})
