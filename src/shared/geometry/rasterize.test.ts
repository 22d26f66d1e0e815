import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolygonShape } from '../model/shape.ts'
import { rasterizePolygon } from './maskSpans.ts'
import { paintOrder, paintShape } from './rasterize.ts'
import { indexMapFromMasks } from './rle.ts'

const polygon = (...rings: [number, number][][]): PolygonShape => ({
  kind: 'polygon',
  parts: [{ outer: rings[0]!, holes: rings.slice(1) }],
})
const rect = (x: number, y: number, w: number, h: number): [number, number][] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]
const paint = (shape: PolygonShape, width: number, height: number) => {
  const map = new Uint8Array(width * height)
  paintShape(shape, map, width, height, 1)
  return map
}
const count = (map: Uint8Array) => map.reduce((a, b) => a + b, 0)

/** Even-odd by walking a ray from each pixel centre. */
function naive(shape: PolygonShape, width: number, height: number): Uint8Array {
  const map = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (const part of shape.parts) {
        let inside = false
        for (const ring of [part.outer, ...part.holes])
          for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
            const [ax, ay] = ring[i]!
            const [bx, by] = ring[j]!
            if (ay <= y + 0.5 !== by <= y + 0.5 && x + 0.5 >= ax + ((y + 0.5 - ay) * (bx - ax)) / (by - ay)) inside = !inside
          }
        if (inside) map[y * width + x] = 1
      }
  return map
}

describe('rasterize', () => {
  it('covers exactly the pixels of a whole-pixel rectangle, less its hole', () => {
    expect(count(paint(polygon(rect(2, 1, 5, 4)), 10, 10))).toBe(20)
    expect(count(paint(polygon(rect(2, 1, 5, 4), rect(3, 2, 2, 2)), 10, 10))).toBe(16)
    expect(count(paint(polygon(rect(-5, -5, 100, 100)), 10, 7))).toBe(70)
  })

  it('takes a pixel whose centre lies on the left edge, however steep the edge', () => {
    const triangle = polygon([
      [10.125, 0.625],
      [-5.125, 2.375],
      [10.125, 2.375],
    ])
    // The edge crosses the centre line of row 1 at exactly 2.5.
    expect([...paint(triangle, 20, 3).subarray(20, 40)].indexOf(1)).toBe(2)
  })

  it('takes the pixels whose centre is inside, for any polygon', () => {
    const coordinate = fc.integer({ min: -24, max: 120 }).map((v) => v / 8)
    const ring = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 9 })
    fc.assert(
      fc.property(ring, ring, ring, (a, b, c) => {
        const shape: PolygonShape = {
          kind: 'polygon',
          parts: [
            { outer: a, holes: [b] },
            { outer: c, holes: [] },
          ],
        }
        const painted = paint(shape, 12, 11)
        expect(painted).toEqual(naive(shape, 12, 11))
        const mask = rasterizePolygon({ kind: 'polygon', parts: [{ outer: a, holes: [] }] }, 12, 11)
        expect(indexMapFromMasks(mask ? [{ mask, value: 1 }] : [], 12, 11, 0)).toEqual(paint(polygon(a), 12, 11))
      }),
    )
  })

  it('gives two neighbours that share an edge no pixel twice and none left over', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 79 }), { minLength: 2, maxLength: 6 }), (cuts) => {
        const edge = cuts.map((x, i): [number, number] => [x / 8, (10 * i) / (cuts.length - 1)])
        const left = paint(polygon([[0, 0], ...edge, [0, 10]]), 10, 10)
        const right = paint(polygon([[10, 0], ...edge, [10, 10]]), 10, 10)
        expect(left.every((v, i) => v + right[i]! === 1)).toBe(true)
      }),
    )
  })

  it('paints by z, void last, older first', () => {
    const at = (id: string, z: number, region: 'object' | 'void' = 'object') => ({ id, z, region })
    expect(paintOrder([at('d', 0, 'void'), at('c', 2), at('b', 1), at('a', 1)]).map((a) => a.id)).toEqual(['a', 'b', 'c', 'd'])
  })
})
