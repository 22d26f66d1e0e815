import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { netArea, ringsOf, signedArea } from './polygon.ts'
import { combinePolygons, dissolvePolygon, offsetPolygon, type BooleanOp } from './polygonBoolean.ts'

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
const area = (shape: PolygonShape | null): number => (shape ? netArea(shape) : 0)

const coordinate = fc.double({ min: 0, max: 100, noNaN: true })
const ring = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 })
/** Anything a user or an import may give: crossing rings, holes that stick out, parts over each other. */
const anyPolygon = fc
  .array(fc.tuple(ring, fc.array(ring, { maxLength: 2 })), { minLength: 1, maxLength: 3 })
  .map((parts) => polygon(...parts.map(([outer, holes]): [ImagePoint[], ...ImagePoint[][]] => [outer, ...holes])))

describe('boolean operations of polygons', () => {
  it('keep the areas', () => {
    fc.assert(
      fc.property(anyPolygon, anyPolygon, (a, b) => {
        const by = (op: BooleanOp): number => area(combinePolygons(a, b, op))
        const [areaA, areaB] = [area(dissolvePolygon(a)), area(dissolvePolygon(b))]
        // Crossings are rounded to a thousandth of a pixel: a sliver of that width along every outline may be lost.
        expect(Math.abs(by('union') + by('intersect') - areaA - areaB)).toBeLessThan(3)
        expect(Math.abs(by('subtract') + by('intersect') - areaA)).toBeLessThan(3)
      }),
      { numRuns: 200 },
    )
  })

  it('give outer rings that turn clockwise on screen, holes the other way, holes inside their part', () => {
    fc.assert(
      fc.property(anyPolygon, anyPolygon, (a, b) => {
        for (const op of ['union', 'intersect', 'subtract'] as const) {
          const result = combinePolygons(a, b, op)
          if (!result) continue
          const touched = dissolvePolygon(result)
          expect(Math.abs(area(touched) - area(dissolvePolygon(touched ?? result)))).toBeLessThan(1)
          for (const { ring: one, hole } of touched ? ringsOf(touched) : []) expect(Math.sign(signedArea(one))).toBe(hole === null ? 1 : -1)
        }
      }),
    )
  })

  it('move no vertex of parts they do not touch, and none of those they touch elsewhere', () => {
    fc.assert(
      fc.property(ring, (points) => {
        const far = points.map(([x, y]): ImagePoint => [x / 3 + 500, y / 7])
        const near: ImagePoint[] = [
          [Math.PI, Math.E],
          [50 / 3, 1 / 3],
          [40.1, 40.7],
          [0.1 + 0.2, 30],
        ]
        for (const op of ['union', 'subtract'] as const) {
          const result = combinePolygons(polygon([near], [far]), polygon([rect(30, 30, 30, 30)]), op)!
          expect(result.parts[0]).toEqual({ outer: far, holes: [] })
          const left = result.parts[1]!.outer.map(String)
          for (const vertex of [near[0]!, near[1]!, near[3]!]) expect(left).toContain(String(vertex))
        }
      }),
    )
  })

  it('cut a hole, close a hole, take an island apart', () => {
    const square = polygon([rect(0, 0, 10, 10)])
    const holed = combinePolygons(square, polygon([rect(2, 2, 4, 4)]), 'subtract')!
    expect(holed.parts.map((part) => part.holes.length)).toEqual([1])
    expect(area(combinePolygons(holed, polygon([rect(2, 2, 4, 4)]), 'union'))).toBe(100)
    const island = combinePolygons(holed, polygon([rect(3, 3, 1, 1)]), 'union')!
    expect(island.parts.map((part) => part.holes.length).sort()).toEqual([0, 1])
    expect(combinePolygons(square, square, 'subtract')).toBeNull()
    expect(combinePolygons(square, polygon([rect(20, 0, 5, 5)]), 'intersect')).toBeNull()
  })

  it('come to an end on rings that only turn back on themselves', () => {
    const spikes: ImagePoint[] = [
      [0, 0],
      [0, 0.096],
      [0, 0],
      [0.141, 0],
      [0.465, 0],
    ]
    expect(dissolvePolygon(polygon([spikes]))).toBeNull()
    expect(area(combinePolygons(polygon([[...rect(0, 0, 10, 10), [0, 5], [-7, 5], [0, 5]]]), polygon([spikes]), 'union'))).toBeCloseTo(
      100,
      5,
    )
  })

  it('grow and shrink by whole pixels', () => {
    const square = polygon([rect(10, 10, 10, 10), rect(13, 13, 4, 4)])
    expect(area(offsetPolygon(square, 1))).toBe(144 - 4)
    expect(area(offsetPolygon(square, -1))).toBe(64 - 36)
    expect(offsetPolygon(square, -6)).toBeNull()
  })
})
