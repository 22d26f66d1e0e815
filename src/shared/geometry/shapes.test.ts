import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shape } from '../model/shape.ts'
import { boundsContain } from './box.ts'
import { maskOutline } from './maskOutline.ts'
import { nearestOnSegment, roundPoint, snapAngle } from './point.ts'
import { maskFromBits } from './rle.ts'
import { distanceToOutline, shapeArea, shapeBounds, shapeContains, translateShape } from './shapes.ts'

const l = maskFromBits([1, 0, 1, 0, 1, 1], { x: 3, y: 5, w: 2, h: 3 })
const shapes: readonly Shape[] = [
  { kind: 'box', x: 2, y: 3, w: 10, h: 4 },
  { kind: 'rotatedBox', cx: 10, cy: 10, w: 8, h: 4, angleRad: Math.PI / 6 },
  {
    kind: 'polygon',
    parts: [
      {
        outer: [
          [0, 0],
          [10, 0],
          [5, 10],
        ],
        holes: [
          [
            [4, 2],
            [6, 2],
            [5, 4],
          ],
        ],
      },
    ],
  },
  l,
  {
    kind: 'polyline',
    points: [
      [0, 0],
      [10, 0],
      [10, 10],
    ],
  },
  { kind: 'point', x: 4, y: 5 },
]

describe('shapes', () => {
  it('what is inside lies within the bounds, and both move with the shape', () => {
    fc.assert(
      fc.property(fc.constantFrom(...shapes), fc.integer({ min: -5, max: 20 }), fc.integer({ min: -5, max: 20 }), (shape, x, y) => {
        const p = { x: x + 0.5, y: y + 0.5 }
        if (shapeContains(shape, p)) expect(boundsContain(shapeBounds(shape), p)).toBe(true)
        const moved = translateShape(shape, 30, 40)
        expect(shapeContains(moved, { x: p.x + 30, y: p.y + 40 })).toBe(shapeContains(shape, p))
        expect(shapeArea(moved)).toBeCloseTo(shapeArea(shape), 9)
        expect(translateShape(moved, -30, -40)).toEqual(shape)
      }),
    )
  })

  it('a mask is hit by its pixels', () => {
    expect(shapeArea(l)).toBe(4)
    expect(shapeContains(l, { x: 3.2, y: 5.9 })).toBe(true)
    expect(shapeContains(l, { x: 4.2, y: 5.9 })).toBe(false)
    expect(distanceToOutline(l, { x: 3, y: 5 })).toBe(Infinity)
  })

  it('a rotated box keeps its area and turns its corners', () => {
    const turned: Shape = { kind: 'rotatedBox', cx: 0, cy: 0, w: 10, h: 2, angleRad: Math.PI / 2 }
    const bounds = shapeBounds(turned)
    expect(bounds.maxX).toBeCloseTo(1)
    expect(bounds.maxY).toBeCloseTo(5)
    expect(distanceToOutline(turned, { x: 3, y: 0 })).toBeCloseTo(2)
  })

  it('the outline of a mask runs along its pixel edges and its length is the perimeter', () => {
    const segments = maskOutline(l)
    let length = 0
    for (let i = 0; i < segments.length; i += 4)
      length += Math.abs(segments[i]! - segments[i + 2]!) + Math.abs(segments[i + 1]! - segments[i + 3]!)
    expect(length).toBe(10)
    expect([...segments].every((v, i) => (i % 2 === 0 ? v >= 3 && v <= 5 : v >= 5 && v <= 8))).toBe(true)
  })
})

describe('point', () => {
  it('snaps an angle and keeps the distance', () => {
    const snapped = snapAngle({ x: 0, y: 0 }, { x: 10, y: 1 }, Math.PI / 12)
    expect(snapped.x).toBeCloseTo(Math.hypot(10, 1))
    expect(snapped.y).toBeCloseTo(0)
  })
  it('finds the foot on a segment, also past its ends and on a segment without length', () => {
    expect(nearestOnSegment({ x: 5, y: 3 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toMatchObject({
      point: { x: 5, y: 0 },
      along: 0.5,
      distance: 3,
    })
    expect(nearestOnSegment({ x: -4, y: 3 }, { x: 0, y: 0 }, { x: 10, y: 0 })).toMatchObject({ along: 0, distance: 5 })
    expect(nearestOnSegment({ x: 3, y: 4 }, { x: 0, y: 0 }, { x: 0, y: 0 }).distance).toBe(5)
  })
  it('rounds without a negative zero', () => {
    expect(Object.is(roundPoint({ x: -0.2, y: 0 }, 1).x, 0)).toBe(true)
  })
})
