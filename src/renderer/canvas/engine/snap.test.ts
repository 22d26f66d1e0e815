import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ImagePoint, Shape } from '../../../shared/model/shape.ts'
import { findSnap, snapPoint, snapReachAt } from './snap.ts'

const record = (id: string, shape: Shape): Annotation => ({
  id,
  itemId: 'i',
  classId: null,
  region: 'object',
  shape,
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})
const image = { width: 400, height: 300 }
const reach = snapReachAt(1)
const ringed = record('ringed', {
  kind: 'polygon',
  parts: [
    {
      outer: [
        [50, 50],
        [250, 60],
        [240, 250],
        [60, 240],
      ],
      holes: [
        [
          [100, 100],
          [140, 100],
          [140, 140],
        ],
      ],
    },
    {
      outer: [
        [300, 100],
        [350, 100],
        [350, 150],
      ],
      holes: [],
    },
  ],
})

describe('what draws the pointer', () => {
  it('is the vertices of every ring and part, before an edge that is nearer', () => {
    expect(findSnap({ x: 53, y: 50.2 }, [ringed], image, reach)).toMatchObject({ kind: 'vertex', id: 'ringed', point: { x: 50, y: 50 } })
    expect(findSnap({ x: 143, y: 138 }, [ringed], image, reach)).toMatchObject({ kind: 'vertex', point: { x: 140, y: 140 } })
    expect(findSnap({ x: 352, y: 148 }, [ringed], image, reach)).toMatchObject({ kind: 'vertex', point: { x: 350, y: 150 } })
    expect(findSnap({ x: 120, y: 104 }, [ringed], image, reach)).toMatchObject({ kind: 'edge', point: { x: 120, y: 100 } })
    expect(findSnap({ x: 200, y: 200 }, [ringed], image, reach)).toBeNull()
  })

  it('is the corners and sides of boxes, upright or turned, lines and points', () => {
    const box = record('box', { kind: 'box', x: 20, y: 20, w: 100, h: 50 })
    expect(findSnap({ x: 118, y: 71 }, [box], image, reach)).toMatchObject({ kind: 'vertex', point: { x: 120, y: 70 } })
    expect(findSnap({ x: 60, y: 66 }, [box], image, reach)).toMatchObject({ kind: 'edge', point: { x: 60, y: 70 } })
    const turned = record('turned', { kind: 'rotatedBox', cx: 200, cy: 150, w: 100, h: 40, angleRad: Math.PI / 2 })
    expect(findSnap({ x: 181, y: 102 }, [turned], image, reach)?.point.x).toBeCloseTo(180)
    const line = record('line', {
      kind: 'polyline',
      points: [
        [20, 200],
        [80, 200],
        [80, 260],
      ],
    })
    expect(findSnap({ x: 50, y: 203 }, [line], image, reach)).toMatchObject({ kind: 'edge', id: 'line' })
    // A line does not return to its start.
    expect(findSnap({ x: 50, y: 230 }, [line], image, reach)).toBeNull()
    const point = record('point', { kind: 'point', x: 90, y: 30 })
    expect(findSnap({ x: 94, y: 33 }, [point], image, reach)).toMatchObject({ kind: 'vertex', id: 'point', point: { x: 90, y: 30 } })
  })

  it('is the pixel edges of a mask', () => {
    const mask = record(
      'mask',
      maskFromBits(Uint8Array.of(...Array<number>(60).fill(1), ...Array<number>(15).fill(0), ...Array<number>(15).fill(1)), {
        x: 200,
        y: 200,
        w: 30,
        h: 3,
      }),
    )
    expect(findSnap({ x: 226, y: 203.4 }, [mask], image, { vertex: 1, edge: 1 })).toMatchObject({ kind: 'edge', point: { x: 226, y: 203 } })
    expect(findSnap({ x: 215.4, y: 202.3 }, [mask], image, { vertex: 1, edge: 1 })).toMatchObject({
      kind: 'vertex',
      point: { x: 215, y: 202 },
    })
  })

  it('is the border and the corners of the picture', () => {
    expect(findSnap({ x: 396, y: 120 }, [], image, reach)).toMatchObject({ kind: 'edge', id: null, point: { x: 400, y: 120 } })
    expect(findSnap({ x: 4, y: 297 }, [], image, reach)).toMatchObject({ kind: 'vertex', id: null, point: { x: 0, y: 300 } })
  })

  it('reaches as far on screen at every zoom', () => {
    for (const scale of [0.1, 1, 16]) {
      const point = record('point', { kind: 'point', x: 2000, y: 2000 })
      const at = (away: number) => findSnap({ x: 2000 + away / scale, y: 2000 }, [point], { width: 9000, height: 9000 }, snapReachAt(scale))
      expect(at(8)?.kind).toBe('vertex')
      expect(at(12)).toBeNull()
    }
  })

  it('of a long ring is what a look at every edge finds', () => {
    const ring = Array.from({ length: 3000 }, (_, i): ImagePoint => {
      const angle = (i * 2 * Math.PI) / 3000
      const radius = 100 + 30 * Math.sin(9 * angle)
      return [200 + radius * Math.cos(angle), 150 + radius * Math.sin(angle)]
    })
    const long = record('long', { kind: 'polygon', parts: [{ outer: ring, holes: [] }] })
    fc.assert(
      fc.property(fc.double({ min: 60, max: 340, noNaN: true }), fc.double({ min: 20, max: 280, noNaN: true }), (x, y) => {
        const nearest = Math.min(...ring.map(([vx, vy]) => Math.hypot(vx - x, vy - y)))
        const snap = findSnap({ x, y }, [long], image, reach)
        if (nearest > reach.vertex) expect(snap?.kind).not.toBe('vertex')
        else expect(Math.hypot(snap!.point.x - x, snap!.point.y - y)).toBeCloseTo(nearest, 9)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the point taken', () => {
  it('is on the edge to the last digit, and rounded where that stays on the edge', () => {
    const on = (from: ImagePoint, to: ImagePoint, x: number, y: number) =>
      snapPoint({ kind: 'edge', id: 'e', point: { x, y }, from: { x: from[0], y: from[1] }, to: { x: to[0], y: to[1] } }, 1)
    expect(on([0, 10.25], [80, 10.25], 33.4, 10.25)).toEqual({ x: 33, y: 10.25 })
    expect(on([7.5, 0], [7.5, 9], 7.5, 4.6)).toEqual({ x: 7.5, y: 5 })
    expect(on([7.5, 0.7], [7.5, 0.9], 7.5, 0.8)).toEqual({ x: 7.5, y: 0.8 })
    const third = 100 / 3
    expect(on([0, 0], [100, 50], third, third / 2)).toEqual({ x: third, y: third / 2 })
  })
})
