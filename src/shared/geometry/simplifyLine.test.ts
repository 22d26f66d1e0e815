import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ImagePoint } from '../model/shape.ts'
import { insideAlong, nearestOnSegment, vec } from './point.ts'
import { shapeBounds } from './shapes.ts'
import { simplifyLine } from './simplify.ts'
import { stretchInto } from './stretch.ts'

const coordinate = fc.double({ min: -50, max: 150, noNaN: true })
const line = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 40 })

it('a simplified line keeps its ends, its order, and stays within the tolerance of every point', () => {
  fc.assert(
    fc.property(line, fc.double({ min: 0, max: 30, noNaN: true }), (points, tolerance) => {
      const simple = simplifyLine(points, tolerance)
      expect([simple[0], simple.at(-1)]).toEqual([points[0], points.at(-1)])
      let from = 0
      for (const kept of simple) {
        from = points.indexOf(kept, from)
        expect(from).toBeGreaterThanOrEqual(0)
      }
      for (const p of points) {
        const away = simple.slice(1).map((to, i) => nearestOnSegment(vec(p), vec(simple[i]!), vec(to)).distance)
        expect(Math.min(...away)).toBeLessThanOrEqual(tolerance + 1e-9)
      }
    }),
  )
})

it('a shape stretched into an extent has that extent', () => {
  const side = fc.double({ min: 0.5, max: 300, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 12 }),
      coordinate,
      coordinate,
      side,
      side,
      (points, x, y, w, h) => {
        const before = shapeBounds({ kind: 'polyline', points })
        fc.pre(before.maxX - before.minX > 0.1 && before.maxY - before.minY > 0.1)
        const after = shapeBounds(stretchInto({ kind: 'polyline', points }, { minX: x, minY: y, maxX: x + w, maxY: y + h }))
        for (const [got, want] of [
          [after.minX, x],
          [after.minY, y],
          [after.maxX, x + w],
          [after.maxY, y + h],
        ] as const)
          expect(got).toBeCloseTo(want, 6)
      },
    ),
  )
})

it('a line that would leave the picture ends at its border, in its own direction', () => {
  const size = { width: 100, height: 60 }
  const inside = fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true }))
  fc.assert(
    fc.property(inside, fc.tuple(coordinate, coordinate), (from: ImagePoint, to: ImagePoint) => {
      const end = insideAlong(vec(from), vec(to), size)
      expect(end.x >= -1e-9 && end.x <= 100 + 1e-9 && end.y >= -1e-9 && end.y <= 60 + 1e-9).toBe(true)
      expect((end.x - from[0]) * (to[1] - from[1])).toBeCloseTo((end.y - from[1]) * (to[0] - from[0]), 6)
    }),
  )
})
