import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boundsContain,
  boundsOfCorners,
  boundsWithin,
  boxHandles,
  boxOfBounds,
  boundsOfBox,
  clampTranslation,
  clipBounds,
  distanceToBoxEdge,
  handlePoint,
  resizeBounds,
  squareOfCorners,
  unionBounds,
} from './box.ts'
import { clampPoint } from './point.ts'

const coordinate = fc.integer({ min: -500, max: 500 })
const point = fc.record({ x: coordinate, y: coordinate })
const bounds = fc.tuple(point, point).map(([a, b]) => boundsOfCorners(a, b))
const size = { width: 300, height: 200 }

describe('box', () => {
  it('two corners in any order give one extent', () => {
    fc.assert(
      fc.property(point, point, (a, b) => {
        const extent = boundsOfCorners(a, b)
        expect(boundsOfCorners(b, a)).toEqual(extent)
        expect(boundsContain(extent, a) && boundsContain(extent, b)).toBe(true)
        expect(boundsOfBox(boxOfBounds(extent))).toEqual(extent)
      }),
    )
  })

  it('a square has equal sides, keeps its first corner and ends at the border of the picture', () => {
    expect(squareOfCorners({ x: 50, y: 10 }, { x: 44, y: 40 }, size)).toEqual({ minX: 20, minY: 10, maxX: 50, maxY: 40 })
    fc.assert(
      fc.property(point, point, (a, b) => {
        const [from, to] = [clampPoint(a, size), clampPoint(b, size)]
        const square = squareOfCorners(from, to, size)
        expect(square.maxX - square.minX).toBe(square.maxY - square.minY)
        expect(boundsContain(square, from)).toBe(true)
        expect(clipBounds(square, size)).toEqual(square)
      }),
    )
  })

  it('dragging a handle onto itself changes nothing, and a dragged corner ends up under the pointer', () => {
    fc.assert(
      fc.property(bounds, fc.constantFrom(...boxHandles), point, (extent, handle, to) => {
        expect(resizeBounds(extent, handle, handlePoint(extent, handle))).toEqual(extent)
        const resized = resizeBounds(extent, handle, to)
        expect(resized.minX <= resized.maxX && resized.minY <= resized.maxY).toBe(true)
        if (handle.length === 2) expect([resized.minX, resized.maxX]).toContain(to.x)
      }),
    )
  })

  it('an edge handle moves one edge only, and turns the box over past the other', () => {
    const box = { minX: 10, minY: 20, maxX: 30, maxY: 40 }
    expect(resizeBounds(box, 'e', { x: 50, y: 999 })).toEqual({ ...box, maxX: 50 })
    expect(resizeBounds(box, 'e', { x: 5, y: 0 })).toEqual({ ...box, minX: 5, maxX: 10 })
    expect(resizeBounds(box, 'n', { x: 0, y: 60 })).toEqual({ ...box, minY: 40, maxY: 60 })
  })

  it('keeps the ratio of width to height', () => {
    const resized = resizeBounds({ minX: 0, minY: 0, maxX: 40, maxY: 20 }, 'se', { x: 80, y: 21 }, true)
    expect(resized).toEqual({ minX: 0, minY: 0, maxX: 80, maxY: 40 })
  })

  it('keeps the ratio at the border of the picture, and what sticks out of it already', () => {
    const box = { minX: 10, minY: 10, maxX: 70, maxY: 60 }
    expect(resizeBounds(box, 'se', { x: 290, y: 20 }, true, size)).toEqual({ ...box, maxX: 238, maxY: 200 })
    expect(resizeBounds(box, 'nw', { x: 0, y: 0 }, true, size)).toEqual({ ...box, minX: 0, minY: 60 - 700 / 12 })
    const outside = { minX: -20, minY: 10, maxX: 40, maxY: 40 }
    expect(resizeBounds(outside, 'se', { x: 100, y: 40 }, true, size)).toEqual({ ...outside, maxX: 100, maxY: 70 })
    expect(resizeBounds({ minX: 310, minY: 0, maxX: 320, maxY: 10 }, 'se', { x: 300, y: 50 }, true, size).maxX).toBe(310)
  })

  it('never translates out of the picture', () => {
    fc.assert(
      fc.property(bounds, coordinate, coordinate, (raw, dx, dy) => {
        const inside = clipBounds(raw, size)
        const move = clampTranslation(inside, dx, dy, size)
        const moved = { minX: inside.minX + move.x, minY: inside.minY + move.y, maxX: inside.maxX + move.x, maxY: inside.maxY + move.y }
        expect(boundsWithin(moved, { minX: 0, minY: 0, maxX: size.width, maxY: size.height })).toBe(true)
      }),
    )
  })

  it('measures to the outline from both sides', () => {
    const box = { minX: 0, minY: 0, maxX: 10, maxY: 10 }
    expect(distanceToBoxEdge(box, { x: 5, y: 3 })).toBe(3)
    expect(distanceToBoxEdge(box, { x: 13, y: 14 })).toBe(5)
    expect(distanceToBoxEdge(box, { x: 10, y: 5 })).toBe(0)
  })

  it('unites extents', () => {
    expect(unionBounds([])).toBeNull()
    fc.assert(
      fc.property(fc.array(bounds, { minLength: 1 }), (all) => {
        const union = unionBounds(all)!
        expect(all.every((one) => boundsWithin(one, union))).toBe(true)
      }),
    )
  })
})
