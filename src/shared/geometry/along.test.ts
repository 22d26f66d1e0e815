import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint } from '../model/shape.ts'
import { waysBetween } from './along.ts'
import type { Outline } from './outlines.ts'
import { distance } from './point.ts'

const square: Outline = {
  points: [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ],
  closed: true,
}

describe('ways along an outline', () => {
  it('go around a ring both ways, the shortest first', () => {
    const [short, long] = waysBetween(square, { x: 10, y: 2 }, { x: 4, y: 10 }, 0.01)
    expect(short).toEqual({ points: [{ x: 10, y: 10 }], length: 14 })
    expect(long?.points).toEqual([
      { x: 10, y: 0 },
      { x: 0, y: 0 },
      { x: 0, y: 10 },
    ])
    expect(long?.length).toBe(26)
  })

  it('leave out a place that is a vertex itself', () => {
    const [short] = waysBetween(square, { x: 0, y: 0 }, { x: 10, y: 10 }, 0.01)
    expect(short?.points).toHaveLength(1)
    const ways = waysBetween(square, { x: 0, y: 0 }, { x: 10, y: 0 }, 0.01)
    expect(ways.map((way) => way.points.length)).toEqual([0, 2])
  })

  it('from a place to one before it on the same edge the other way leads all around', () => {
    const ways = waysBetween(square, { x: 7, y: 0 }, { x: 3, y: 0 }, 0.01)
    expect(ways.map((way) => way.length)).toEqual([4, 36])
    expect(ways[1]!.points).toHaveLength(4)
  })

  it('a line has one way, in either sense; a place beside the outline has none', () => {
    const line: Outline = { points: square.points, closed: false }
    expect(waysBetween(line, { x: 0, y: 10 }, { x: 5, y: 0 }, 0.01)).toEqual([
      {
        points: [
          { x: 10, y: 10 },
          { x: 10, y: 0 },
        ],
        length: 25,
      },
    ])
    expect(waysBetween(line, { x: 0, y: 5 }, { x: 5, y: 0 }, 0.01)).toEqual([])
    expect(waysBetween({ points: [[3, 3]], closed: false }, { x: 3, y: 3 }, { x: 3, y: 3 }, 0.01)).toEqual([])
  })

  it('together they are as long as the ring, whatever the ring and the places', () => {
    const ring = fc
      .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), {
        minLength: 3,
        maxLength: 12,
        selector: ([x, y]) => `${x} ${y}`,
      })
      // Around their middle, so that no two edges cross and every place is on one edge only.
      .map((points): ImagePoint[] =>
        points
          .map(([x, y]): ImagePoint => [x, y])
          .sort((a, b) => Math.atan2(a[1] - 20.3, a[0] - 20.7) - Math.atan2(b[1] - 20.3, b[0] - 20.7)),
      )
    const at = fc.tuple(fc.nat(11), fc.double({ min: 0.05, max: 0.95, noNaN: true }))
    fc.assert(
      fc.property(ring, at, at, (points, [i, s], [j, t]) => {
        const place = (edge: number, along: number) => {
          const [x0, y0] = points[edge % points.length]!
          const [x1, y1] = points[(edge + 1) % points.length]!
          return { x: x0 + along * (x1 - x0), y: y0 + along * (y1 - y0) }
        }
        const [a, b] = [place(i, s), place(j, t)]
        fc.pre(distance(a, b) > 0.1)
        const ways = waysBetween({ points, closed: true }, a, b, 1e-6)
        const around = points.reduce((sum, [x, y], k) => {
          const [nextX, nextY] = points[(k + 1) % points.length]!
          return sum + Math.hypot(nextX - x, nextY - y)
        }, 0)
        expect(ways).toHaveLength(2)
        expect(ways[0]!.length + ways[1]!.length).toBeCloseTo(around, 4)
        expect(ways[0]!.length).toBeLessThanOrEqual(ways[1]!.length)
      }),
    )
  })
})
