import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BoxShape, MaskShape, PolygonShape, RotatedBoxShape } from '../model/shape.ts'
import { scaling, transformMask, transformShape, turning } from './affine.ts'
import { ellipsePolygon } from './ellipse.ts'
import { netArea } from './polygon.ts'
import { maskArea, maskFromBits, maskToBits } from './rle.ts'
import { shapeBounds } from './shapes.ts'

const right = Math.PI / 2
const picture = { width: 64, height: 64 }

const smallMask = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 20, max: 30 }), fc.integer({ min: 20, max: 30 }))
  .chain(([w, h, x, y]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: w * h, maxLength: w * h })
      .filter((bits) => bits.includes(1))
      .map((bits): MaskShape => maskFromBits(bits, { x, y, w, h })),
  )

/** Whether the pixel of the picture is inside. */
const inside = (mask: MaskShape, x: number, y: number): boolean => {
  const [column, row] = [x - mask.x, y - mask.y]
  return column >= 0 && row >= 0 && column < mask.w && row < mask.h && maskToBits(mask)[row * mask.w + column] === 1
}

describe('a mask that is sized or turned', () => {
  it('has the pixels whose centres came from a pixel inside: doubled, every pixel is four', () => {
    fc.assert(
      fc.property(smallMask, (mask) => {
        const doubled = transformMask(mask, scaling({ x: mask.x, y: mask.y }, 2, 2), picture)!
        expect(maskArea(doubled)).toBe(4 * maskArea(mask))
        for (let y = 0; y < 2 * mask.h; y++)
          for (let x = 0; x < 2 * mask.w; x++)
            expect(inside(doubled, mask.x + x, mask.y + y)).toBe(inside(mask, mask.x + (x >> 1), mask.y + (y >> 1)))
      }),
      { numRuns: 40 },
    )
  })

  it('turned over, or four times by a right angle around a corner of pixels, comes back exactly', () => {
    fc.assert(
      fc.property(smallMask, (mask) => {
        const middle = { x: 32, y: 32 }
        const over = transformMask(transformMask(mask, scaling(middle, -1, 1), picture)!, scaling(middle, -1, 1), picture)!
        let round: MaskShape = mask
        for (let i = 0; i < 4; i++) round = transformMask(round, turning(middle, right), picture)!
        for (const back of [over, round]) {
          expect(maskArea(back)).toBe(maskArea(mask))
          for (let y = mask.y; y < mask.y + mask.h; y++)
            for (let x = mask.x; x < mask.x + mask.w; x++) expect(inside(back, x, y)).toBe(inside(mask, x, y))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('is cut at the border of the picture, and nothing when no pixel is left in it', () => {
    const mask = maskFromBits([1, 1, 1, 1], { x: 62, y: 0, w: 2, h: 2 })
    expect(transformMask(mask, scaling({ x: 62, y: 0 }, 3, 1), picture)).toMatchObject({ x: 62, y: 0, w: 2, h: 2 })
    expect(transformMask(mask, turning({ x: 0, y: 0 }, Math.PI), picture)).toBeNull()
  })
})

describe('a shape that is sized or turned', () => {
  const polygon: PolygonShape = {
    kind: 'polygon',
    parts: [
      {
        outer: [
          [10, 10],
          [30, 10],
          [30, 20],
          [10, 20],
        ],
        holes: [
          [
            [12, 12],
            [12, 14],
            [14, 14],
          ],
        ],
      },
    ],
  }

  it('has the area times the factors, and its rings keep their sense when it is turned over', () => {
    const scaled = transformShape(polygon, scaling({ x: 10, y: 10 }, -2, 3))
    expect(netArea(scaled)).toBeCloseTo(6 * netArea(polygon), 6)
    const signed = (ring: readonly (readonly [number, number])[]): number =>
      ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length]![1] - ring[(i + 1) % ring.length]![0] * y, 0)
    expect(Math.sign(signed(scaled.parts[0]!.outer))).toBe(Math.sign(signed(polygon.parts[0]!.outer)))
    expect(Math.sign(signed(scaled.parts[0]!.holes[0]!))).toBe(Math.sign(signed(polygon.parts[0]!.holes[0]!)))
  })

  it('stays a box as a box: its upright extent, in whole pixels', () => {
    const box: BoxShape = { kind: 'box', x: 10, y: 20, w: 8, h: 4 }
    expect(transformShape(box, turning({ x: 14, y: 22 }, right))).toEqual({ kind: 'box', x: 12, y: 18, w: 4, h: 8 })
    expect(transformShape(box, scaling({ x: 10, y: 20 }, 0.55, 0.1))).toEqual({ kind: 'box', x: 10, y: 20, w: 4, h: 1 })
    expect(transformShape({ ...box, x: 10.5 }, scaling({ x: 0, y: 0 }, 0.5, 0.5))).toEqual({ kind: 'box', x: 5.25, y: 10, w: 4, h: 2 })
  })

  it('stays what it was drawn as: a turned box keeps its size, an ellipse stretched askew is that ellipse', () => {
    const box: RotatedBoxShape = { kind: 'rotatedBox', cx: 20, cy: 20, w: 10, h: 4, angleRad: 0.3 }
    const turned = transformShape(box, turning({ x: 0, y: 0 }, right))
    for (const [key, value] of Object.entries({ cx: -20, cy: 20, w: 10, h: 4, angleRad: 0.3 + right }))
      expect(turned[key as 'w']).toBeCloseTo(value, 9)
    const ellipse = ellipsePolygon({ kind: 'ellipse', cx: 20, cy: 20, rx: 9, ry: 4, angleRad: 0.5 })
    const by = scaling({ x: 5, y: 5 }, 2, 0.7)
    const stretched = transformShape(ellipse, by)
    // Both are polygons of many corners.
    expect(netArea(stretched) / netArea(ellipse) / 1.4).toBeCloseTo(1, 1)
    const plain = transformShape({ kind: 'polygon', parts: ellipse.parts }, by)
    const [a, b] = [shapeBounds(stretched), shapeBounds(plain)]
    for (const side of ['minX', 'minY', 'maxX', 'maxY'] as const) expect(Math.abs(a[side] - b[side])).toBeLessThan(0.3)
  })

  it('comes back after a turn and the same turn back, to a hundredth of a pixel', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (angleRad) => {
        const middle = { x: 21, y: 13 }
        const back = transformShape(transformShape(polygon, turning(middle, angleRad)), turning(middle, -angleRad))
        back.parts[0]!.outer.forEach(([x, y], i) => {
          const [wasX, wasY] = polygon.parts[0]!.outer[i]!
          expect(Math.hypot(x - wasX, y - wasY)).toBeLessThan(0.02)
        })
      }),
      { numRuns: 30 },
    )
  })
})
