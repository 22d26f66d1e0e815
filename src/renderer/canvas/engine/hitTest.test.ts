import { describe, expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { edgeMiddles, hitHandles, pickShape, reachAt } from './hitTest.ts'

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
const reach = reachAt(1)
const ringed: Shape = {
  kind: 'polygon',
  parts: [
    {
      outer: [
        [0, 0],
        [100, 0],
        [100, 100],
        [0, 100],
      ],
      holes: [
        [
          [40, 40],
          [80, 40],
          [80, 80],
          [40, 80],
        ],
      ],
    },
  ],
}

describe('hit test', () => {
  it('finds corners before sides, and sides only where there is room', () => {
    const box = record('b', { kind: 'box', x: 0, y: 0, w: 100, h: 20 })
    expect(hitHandles(box, { x: 97, y: 18 }, reach)).toMatchObject({ handle: 'se' })
    expect(hitHandles(box, { x: 50, y: 22 }, reach)).toMatchObject({ handle: 's' })
    expect(hitHandles(box, { x: 1, y: 10 }, reach)).toBeNull()
    expect(hitHandles(box, { x: 1, y: 10 }, reachAt(3))).toMatchObject({ handle: 'w' })
    expect(hitHandles(box, { x: 50, y: 10 }, reach)).toBeNull()
  })

  it('the nearest of two close corners wins', () => {
    const tiny = record('t', { kind: 'box', x: 0, y: 0, w: 6, h: 6 })
    expect(hitHandles(tiny, { x: 5, y: 5 }, reach)).toMatchObject({ handle: 'se' })
    expect(hitHandles(tiny, { x: 1, y: 5 }, reach)).toMatchObject({ handle: 'sw' })
  })

  it('finds vertices and edge middles, of holes too', () => {
    const polygon = record('p', ringed)
    expect(hitHandles(polygon, { x: 78, y: 82 }, reach)).toMatchObject({ kind: 'vertex', at: { part: 0, hole: 0, vertex: 2 } })
    expect(hitHandles(polygon, { x: 61, y: 41 }, reach)).toMatchObject({
      kind: 'edge',
      at: { hole: 0, vertex: 0 },
      point: { x: 60, y: 40 },
    })
    expect(hitHandles(polygon, { x: 20, y: 20 }, reach)).toBeNull()
    expect(edgeMiddles(ringed, 50)).toHaveLength(4)
  })

  it('a hole lets through to what lies behind', () => {
    const behind = record('behind', { kind: 'box', x: -10, y: -10, w: 300, h: 300 })
    const polygon = record('p', ringed)
    expect(pickShape([behind, polygon], { x: 60, y: 60 }, reach)).toBe('behind')
    expect(pickShape([behind, polygon], { x: 20, y: 20 }, reach)).toBe('p')
  })

  it('an outline in reach beats a smaller region, the nearest outline beats the others', () => {
    const large = record('large', { kind: 'box', x: 0, y: 0, w: 100, h: 100 })
    const small = record('small', { kind: 'box', x: 90, y: 40, w: 40, h: 20 })
    expect(pickShape([small, large], { x: 101, y: 50 }, reach)).toBe('large')
    expect(pickShape([small, large], { x: 92, y: 50 }, reach)).toBe('small')
  })

  it('among masks the one on top, between mask and box the smaller', () => {
    const full = (w: number, h: number, x = 0): Shape => maskFromBits(new Uint8Array(w * h).fill(1), { x, y: 0, w, h })
    const sky = record('sky', full(100, 100))
    const road = record('road', full(60, 100))
    const car = record('car', { kind: 'box', x: 20, y: 20, w: 20, h: 20 })
    expect(pickShape([road, sky], { x: 30, y: 60 }, reach)).toBe('sky')
    expect(pickShape([sky, road], { x: 30, y: 60 }, reach)).toBe('road')
    expect(pickShape([sky, road, car], { x: 30, y: 30 }, reach)).toBe('car')
    const all = record('all', { kind: 'box', x: -50, y: -50, w: 300, h: 300 })
    expect(pickShape([all, sky], { x: 30, y: 30 }, reach)).toBe('sky')
    expect(pickShape([], { x: 0, y: 0 }, reach)).toBeNull()
  })

  it('lines and points are hit by their outline', () => {
    const line = record('l', {
      kind: 'polyline',
      points: [
        [0, 0],
        [50, 0],
        [50, 50],
      ],
    })
    expect(pickShape([line], { x: 48, y: 20 }, reach)).toBe('l')
    expect(pickShape([line], { x: 30, y: 20 }, reach)).toBeNull()
  })
})
