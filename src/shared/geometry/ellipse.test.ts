import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { polygonShape, type EllipseOrigin } from '../model/shape.ts'
import { ellipsePolygon, inTurnedFrame, turnedFrame } from './ellipse.ts'
import { netArea, signedArea } from './polygon.ts'
import { shapeBounds, translateShape } from './shapes.ts'
import { simplifyPolygon } from './simplify.ts'
import { stretchInto } from './stretch.ts'
import { moveVertex } from './vertices.ts'

const origin = (patch: Partial<EllipseOrigin> = {}): EllipseOrigin => ({
  kind: 'ellipse',
  cx: 50,
  cy: 40,
  rx: 20,
  ry: 10,
  angleRad: 0,
  ...patch,
})

describe('ellipse', () => {
  it('is a polygon that hardly differs from the curve, whatever its size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (rx, ry, angleRad) => {
          const polygon = ellipsePolygon(origin({ cx: 5000, cy: 5000, rx, ry, angleRad }))
          expect(polygonShape.parse(polygon)).toEqual(polygon)
          const { outer } = polygon.parts[0]!
          expect(outer.length % 4).toBe(0)
          expect(signedArea(outer)).toBeGreaterThan(0)
          const curve = Math.PI * rx * ry
          // A ring of the sag's width along the curve at most; 256 vertices bound it for very large ones.
          expect(Math.abs(netArea(polygon) - curve)).toBeLessThan(Math.max(0.05 * curve, 2 * Math.PI * Math.max(rx, ry) * 0.25))
        },
      ),
    )
  })

  it('stays an ellipse when it is moved, stretched along its axes or changed by its frame', () => {
    const ellipse = ellipsePolygon(origin())
    expect(translateShape(ellipse, 3, -2)).toMatchObject({ origin: { cx: 53, cy: 38 } })
    const stretched = stretchInto(ellipse, { minX: 0, minY: 0, maxX: 20, maxY: 60 })
    expect(stretched).toMatchObject({ origin: { cx: 10, cy: 30, rx: 10, ry: 30 } })
    expect(shapeBounds(stretched)).toEqual({ minX: 0, minY: 0, maxX: 20, maxY: 60 })
    const frame = turnedFrame(ellipse)!
    expect(inTurnedFrame(ellipse, frame)).toEqual(ellipse)
    expect(inTurnedFrame(ellipse, { ...frame, angleRad: 1, w: 8 })).toMatchObject({ origin: { rx: 4, angleRad: 1 } })
    expect(turnedFrame({ kind: 'box', x: 0, y: 0, w: 1, h: 1 })).toBeNull()
  })

  it('is a polygon like any other once its vertices are changed', () => {
    const ellipse = ellipsePolygon(origin())
    expect(moveVertex(ellipse, { part: 0, hole: null, vertex: 0 }, { x: 90, y: 40 })).not.toHaveProperty('origin')
    expect(simplifyPolygon(ellipse, 2)).not.toHaveProperty('origin')
    expect(stretchInto(ellipsePolygon(origin({ angleRad: 1 })), { minX: 0, minY: 0, maxX: 20, maxY: 60 })).not.toHaveProperty('origin')
  })
})
