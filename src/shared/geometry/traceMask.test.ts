import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { rasterizePolygon } from './maskSpans.ts'
import { netArea, ringsOf, signedArea } from './polygon.ts'
import { cropMaskFromBits, maskArea } from './rle.ts'
import { maskToPolygon } from './traceMask.ts'

const trace = (...rows: string[]): PolygonShape => {
  const w = rows[0]!.length
  const bits = Uint8Array.from(rows.join(''), (c) => Number(c === '#'))
  return maskToPolygon(cropMaskFromBits(bits, { x: 0, y: 0, w, h: rows.length })!)!
}
const corners = (ring: readonly ImagePoint[]): string[] => ring.map(String).sort()

/** Noise of any density, and big blobs: discs that overlap, with noise eaten out of them. */
const picture = fc
  .record({
    w: fc.integer({ min: 1, max: 40 }),
    h: fc.integer({ min: 1, max: 40 }),
    discs: fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 15 })), {
      maxLength: 5,
    }),
    noise: fc.integer({ min: 0, max: 100 }),
    seed: fc.integer({ min: 1, max: 1 << 30 }),
  })
  .map(({ w, h, discs, noise, seed }) => {
    let state = seed
    const random = (): number => (state = (state * 48271) % 0x7fffffff) % 100
    const bits = new Uint8Array(w * h)
    for (let i = 0; i < bits.length; i++) {
      const [x, y] = [i % w, Math.floor(i / w)]
      const blob = discs.some(([cx, cy, r]) => (x - cx) ** 2 + (y - cy) ** 2 < r * r)
      bits[i] = Number(blob !== random() < noise)
    }
    return cropMaskFromBits(bits, { x: 7, y: 4, w, h })
  })

describe('mask to polygon', () => {
  it('traces one pixel clockwise on screen', () => {
    const polygon = trace('...', '.#.', '...')
    expect(polygon.parts).toHaveLength(1)
    expect(corners(polygon.parts[0]!.outer)).toEqual(['1,1', '1,2', '2,1', '2,2'])
    expect(signedArea(polygon.parts[0]!.outer)).toBe(1)
  })

  it('merges straight runs and finds holes and parts', () => {
    const polygon = trace('####..', '#..#..', '#..#.#', '####..')
    expect(polygon.parts.map((part) => [part.outer.length, part.holes.map((hole) => signedArea(hole))])).toEqual([
      [4, [-4]],
      [4, []],
    ])
  })

  it('makes two parts of pixels that meet at a corner only', () => {
    for (const polygon of [trace('#.', '.#'), trace('.#', '#.')]) {
      expect(polygon.parts.map((part) => [signedArea(part.outer), part.holes.length])).toEqual([
        [1, 0],
        [1, 0],
      ])
    }
  })

  it('a border that comes back to a point is cut there: the hole is a hole', () => {
    const closed = trace('###', '#.#', '##.')
    expect(closed.parts.map((part) => [signedArea(part.outer), part.holes.map((hole) => signedArea(hole))])).toEqual([[8, [-1]]])
    const twoHoles = trace('####', '#.##', '##.#', '####')
    expect(twoHoles.parts.map((part) => part.holes.map((hole) => signedArea(hole)))).toEqual([[-1, -1]])
  })

  it('an island in a hole is a part of its own', () => {
    expect(trace('#####', '#...#', '#.#.#', '#...#', '#####').parts.map((part) => [signedArea(part.outer), part.holes.length])).toEqual([
      [25, 1],
      [1, 0],
    ])
  })

  it('gives back every pixel, with turns at every vertex, no ring that touches itself, outer rings clockwise', () => {
    fc.assert(
      fc.property(picture, (mask) => {
        if (!mask) return
        const polygon = maskToPolygon(mask)!
        expect(rasterizePolygon(polygon, 60, 60)).toEqual(mask)
        expect(netArea(polygon)).toBe(maskArea(mask))
        for (const { ring, hole } of ringsOf(polygon)) {
          expect(Math.sign(signedArea(ring))).toBe(hole === null ? 1 : -1)
          expect(new Set(ring.map(String)).size).toBe(ring.length)
          expect(ring.every(([x, y]) => Number.isInteger(x) && Number.isInteger(y))).toBe(true)
          // One step along x, the next along y: no vertex lies on a straight run.
          ring.forEach(([x, y], i) => {
            const before = ring.at(i - 1)!
            const after = ring[(i + 1) % ring.length]!
            expect((before[0] === x) !== (after[0] === x)).toBe(true)
            expect((before[1] === y) !== (after[1] === y)).toBe(true)
          })
        }
      }),
      { numRuns: 200 },
    )
  })
})
