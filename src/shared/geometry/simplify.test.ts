import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { nearestOnSegment, vec } from './point.ts'
import { simplifyPolygon, simplifyRing, vertexCount } from './simplify.ts'

const coordinate = fc.integer({ min: 0, max: 300 }).map((v) => v / 10)
const ring = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 40 })

const away = (outline: readonly ImagePoint[], p: ImagePoint): number =>
  Math.min(...outline.map((a, i) => nearestOnSegment(vec(p), vec(a), vec(outline[(i + 1) % outline.length]!)).distance))

describe('simplification', () => {
  it('leaves no vertex further than the tolerance from the new outline, and invents none', () => {
    fc.assert(
      fc.property(ring, fc.integer({ min: 1, max: 60 }), (points, tenths) => {
        const tolerance = tenths / 10
        const simple = simplifyRing(points, tolerance)
        if (!simple) return
        expect(simple.length).toBeLessThanOrEqual(points.length)
        for (const point of simple) expect(points.map(String)).toContain(String(point))
        for (const point of points) expect(away(simple, point)).toBeLessThanOrEqual(tolerance + 1e-9)
      }),
    )
  })

  it('at tolerance 0 changes nothing', () => {
    const square: ImagePoint[] = [
      [0, 0],
      [5, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ]
    expect(simplifyRing(square, 0)).toEqual(square)
    expect(simplifyRing(square, 0.1)).toHaveLength(4)
  })

  it('drops parts and holes that vanish, never the last part', () => {
    const dot = (x: number): ImagePoint[] => [
      [x, 0],
      [x + 1, 0],
      [x + 1, 1],
      [x, 1],
    ]
    const big: ImagePoint[] = [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ]
    const polygon: PolygonShape = {
      kind: 'polygon',
      parts: [
        { outer: big, holes: [dot(50)] },
        { outer: dot(200), holes: [] },
      ],
    }
    expect(simplifyPolygon(polygon, 3)).toEqual({ kind: 'polygon', parts: [{ outer: big, holes: [] }] })
    const only: PolygonShape = { kind: 'polygon', parts: [{ outer: dot(0), holes: [] }] }
    expect(simplifyPolygon(only, 3)).toBe(only)
    expect(vertexCount(polygon)).toBe(12)
  })
})
