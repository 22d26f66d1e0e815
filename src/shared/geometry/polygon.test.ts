import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import {
  clipPolygon,
  clipRing,
  nearestEdge,
  normaliseRing,
  netArea,
  polygonBounds,
  polygonContains,
  ringBounds,
  signedArea,
} from './polygon.ts'
import { insertVertex, moveVertex, nearestVertex, removeVertex } from './vertices.ts'

const square = (x: number, y: number, side: number): ImagePoint[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
]
const frame: PolygonShape = {
  kind: 'polygon',
  parts: [
    { outer: square(0, 0, 10), holes: [square(2, 2, 4)] },
    { outer: square(20, 0, 5), holes: [] },
  ],
}
const size = { width: 100, height: 80 }
/** Star-shaped around the origin of the ring, so it never crosses itself. */
const ring = fc
  .tuple(
    fc.integer({ min: -20, max: 120 }),
    fc.integer({ min: -20, max: 100 }),
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 12 }),
  )
  .map(([cx, cy, radii]) =>
    radii.map((r, i): ImagePoint => [
      cx + r * Math.cos((i / radii.length) * 2 * Math.PI),
      cy + r * Math.sin((i / radii.length) * 2 * Math.PI),
    ]),
  )

describe('polygon', () => {
  it('counts parts and leaves holes out', () => {
    expect(netArea(frame)).toBe(100 - 16 + 25)
    expect(polygonContains(frame, { x: 1, y: 1 })).toBe(true)
    expect(polygonContains(frame, { x: 4, y: 4 })).toBe(false)
    expect(polygonContains(frame, { x: 22, y: 2 })).toBe(true)
    expect(polygonContains(frame, { x: 15, y: 2 })).toBe(false)
  })

  it('the sign of the area tells the sense of the ring', () => {
    expect(signedArea(square(0, 0, 2))).toBe(4)
    expect(signedArea(square(0, 0, 2).reverse())).toBe(-4)
  })

  it('inserting a vertex on an edge keeps the area, removing it gives the polygon back', () => {
    fc.assert(
      fc.property(ring, fc.nat(), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (outer, which, t) => {
        const polygon: PolygonShape = { kind: 'polygon', parts: [{ outer, holes: [] }] }
        const vertex = which % outer.length
        const [a, b] = [outer[vertex]!, outer[(vertex + 1) % outer.length]!]
        const at = { part: 0, hole: null, vertex }
        const more = insertVertex(polygon, at, { x: a[0] + t * (b[0] - a[0]), y: a[1] + t * (b[1] - a[1]) })
        expect(more.parts[0]!.outer).toHaveLength(outer.length + 1)
        expect(netArea(more)).toBeCloseTo(netArea(polygon), 6)
        expect(removeVertex(more, { ...at, vertex: vertex + 1 })).toEqual(polygon)
      }),
    )
  })

  it('a triangle does not lose a vertex, a triangular hole goes as a whole', () => {
    const triangle: PolygonShape = {
      kind: 'polygon',
      parts: [
        {
          outer: [
            [0, 0],
            [9, 0],
            [0, 9],
          ],
          holes: [
            [
              [1, 1],
              [3, 1],
              [1, 3],
            ],
          ],
        },
      ],
    }
    expect(removeVertex(triangle, { part: 0, hole: null, vertex: 0 })).toBeNull()
    expect(removeVertex(triangle, { part: 0, hole: 0, vertex: 1 })?.parts[0]!.holes).toEqual([])
  })

  it('a hole that sticks out is covered where it does, and two holes over each other cover nothing twice', () => {
    const holes = [square(5, 5, 10), square(7, 7, 3)]
    const shape: PolygonShape = { kind: 'polygon', parts: [{ outer: square(0, 0, 10), holes }] }
    const at = (x: number, y: number): boolean => polygonContains(shape, { x, y })
    expect([at(1, 1), at(6, 6), at(8, 8), at(12, 12), at(16, 16)]).toEqual([true, false, true, true, false])
    expect(polygonBounds(shape)).toEqual({ minX: 0, minY: 0, maxX: 15, maxY: 15 })
  })

  it('moves one vertex and leaves the record it came from alone', () => {
    const before = JSON.stringify(frame)
    const moved = moveVertex(frame, { part: 0, hole: 0, vertex: 2 }, { x: 7, y: 8 })
    expect(moved.parts[0]!.holes[0]![2]).toEqual([7, 8])
    expect(JSON.stringify(frame)).toBe(before)
  })

  it('finds the nearest vertex and edge over all rings', () => {
    expect(nearestVertex(frame, { x: 5.5, y: 5.9 })).toMatchObject({ part: 0, hole: 0, vertex: 2 })
    const edge = nearestEdge(frame, { x: 26, y: 2 })
    expect(edge).toMatchObject({ part: 1, hole: null, vertex: 1, distance: 1 })
    expect(edge.point).toEqual({ x: 25, y: 2 })
  })

  it('normalising drops repeats and refuses what has no area', () => {
    expect(
      normaliseRing([
        [0, 0],
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 0],
      ]),
    ).toEqual(
      [
        [0, 0],
        [4, 0],
        [4, 4],
      ]
        .slice(0)
        .map((p) => p),
    )
    expect(
      normaliseRing([
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    ).toBeNull()
    expect(
      normaliseRing([
        [0, 0],
        [1, 1],
      ]),
    ).toBeNull()
  })

  it('clipping keeps to the picture, never grows, and leaves inner rings as they are', () => {
    fc.assert(
      fc.property(ring, (outer) => {
        const clipped = clipRing(outer, size)
        const within = outer.every(([x, y]) => x >= 0 && y >= 0 && x <= size.width && y <= size.height)
        if (within) expect(clipped).toEqual(outer)
        if (!clipped) return
        const bounds = ringBounds(clipped)
        expect(bounds.minX >= 0 && bounds.minY >= 0 && bounds.maxX <= size.width && bounds.maxY <= size.height).toBe(true)
        expect(Math.abs(signedArea(clipped))).toBeLessThanOrEqual(Math.abs(signedArea(outer)) + 1e-6)
      }),
    )
    expect(clipPolygon({ kind: 'polygon', parts: [{ outer: square(-5, -5, 10), holes: [square(-9, -9, 2)] }] }, size)).toEqual({
      kind: 'polygon',
      parts: [
        {
          outer: expect.arrayContaining([
            [0, 0],
            [5, 0],
            [5, 5],
            [0, 5],
          ]) as ImagePoint[],
          holes: [],
        },
      ],
    })
    expect(clipPolygon({ kind: 'polygon', parts: [{ outer: square(-50, -50, 10), holes: [] }] }, size)).toBeNull()
  })
})
