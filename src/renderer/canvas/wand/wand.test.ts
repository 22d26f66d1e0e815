import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cropMaskFromBits } from '../../../shared/geometry/rle.ts'
import { maskOfSpans } from '../../../shared/geometry/maskSpans.ts'
import { windowAround } from './colorFlood.ts'
import { flooded, packed, unpacked } from './floodFill.ts'
import { differencesFrom, differenceStep, labAt } from './labDistance.ts'

const rgba = (...colors: readonly (readonly [number, number, number])[]): Uint8ClampedArray =>
  Uint8ClampedArray.from(colors.flatMap(([r, g, b]) => [r, g, b, 255]))

describe('differences of colours', () => {
  it('are those of Lab (values of the CIE formulas for sRGB)', () => {
    for (const [color, lab] of [
      [
        [255, 255, 255],
        [100, 0, 0],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [255, 0, 0],
        [53.24, 80.09, 67.2],
      ],
      [
        [0, 0, 255],
        [32.3, 79.19, -107.86],
      ],
      [
        [128, 128, 128],
        [53.59, 0, 0],
      ],
    ] as const) {
      labAt(rgba(color), 0).forEach((value, i) => expect(Math.abs(value - lab[i]!)).toBeLessThan(0.15))
    }
  })

  it('are kept in steps, 0 for the same colour', () => {
    const differences = differencesFrom(rgba([200, 10, 10], [200, 10, 10], [0, 0, 0], [255, 255, 255]), 1)
    expect([...differences.slice(0, 2)]).toEqual([0, 0])
    const [l, a, b] = labAt(rgba([200, 10, 10]), 0)
    expect(Math.abs(differences[2]! * differenceStep - Math.hypot(l, a, b))).toBeLessThan(0.5)
  })
})

describe('flooding', () => {
  const [width, height] = [12, 9]
  const map = fc
    .array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height })
    .map((a) => Uint8Array.from(a))

  it('takes what is connected by sides, and only that', () => {
    fc.assert(
      fc.property(map, fc.nat(width * height - 1), fc.nat(2), (differences, seed, most) => {
        const expected = new Uint8Array(width * height)
        const visit = (at: number): void => {
          if (differences[at]! > most || expected[at]) return
          expected[at] = 1
          if (at % width > 0) visit(at - 1)
          if (at % width < width - 1) visit(at + 1)
          if (at >= width) visit(at - width)
          if (at + width < expected.length) visit(at + width)
        }
        visit(seed)
        expect(flooded(differences, width, seed, most, true)).toEqual(expected)
        expect(flooded(differences, width, seed, most, false)).toEqual(differences.map((d) => Number(d <= most)))
      }),
    )
  })

  it('is the same region on the other side of the thread', () => {
    fc.assert(
      fc.property(map, (picture) => {
        const inside = picture.map((d) => Number(d > 1))
        const window = { x: 7, y: 5, width, height }
        expect(maskOfSpans(unpacked(packed(inside, window)))).toEqual(cropMaskFromBits(inside, { x: 7, y: 5, w: width, h: height }))
      }),
    )
  })

  it('looks at small pictures whole, at a bounded part of large ones', () => {
    expect(windowAround({ x: 5, y: 5 }, { width: 4000, height: 3000 })).toEqual({ x: 0, y: 0, width: 4000, height: 3000 })
    for (const size of [
      { width: 30_000, height: 20_000 },
      { width: 100_000, height: 300 },
      { width: 50, height: 900_000 },
    ]) {
      const at = { x: size.width - 3, y: 2 }
      const { x, y, width: w, height: h } = windowAround(at, size)
      expect(w * h).toBeLessThanOrEqual(24_000_000)
      expect(w * h).toBeGreaterThan(20_000_000)
      expect(x >= 0 && y >= 0 && x + w <= size.width && y + h <= size.height && at.x >= x && at.x < x + w && at.y < y + h).toBe(true)
    }
  })

  it('shares windows among seeds near each other, with a third of the window around each, or all there is', () => {
    const size = { width: 30_000, height: 20_000 }
    const seen = new Set<string>()
    for (let at = { x: 100, y: 60 }; at.x < size.width; at = { x: at.x + 60, y: at.y + 40 }) {
      const { x, y, width, height } = windowAround(at, size)
      seen.add(`${x}/${y}`)
      expect(x === 0 || at.x - x >= width / 3).toBe(true)
      expect(y === 0 || at.y - y >= height / 3).toBe(true)
      expect(x + width === size.width || x + width - at.x >= width / 3).toBe(true)
      expect(y + height === size.height || y + height - at.y >= height / 3).toBe(true)
    }
    expect(seen.size).toBeLessThan(50)
  })
})
