import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskOutline } from './maskOutline.ts'
import { cropMaskFromBits } from './rle.ts'

const [width, height] = [11, 9]

describe('outline of a mask', () => {
  it('is every edge between inside and outside once, in straight runs, the topmost first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height }), (bits) => {
        const mask = cropMaskFromBits(bits, { x: 3, y: 2, w: width, h: height })
        if (!mask) return
        const inside = (x: number, y: number): number => (x >= 0 && y >= 0 && x < width && y < height ? bits[y * width + x]! : 0)
        const expected: string[] = []
        for (let y = 0; y <= height; y++)
          for (let x = 0; x <= width; x++) {
            if (inside(x, y) !== inside(x, y - 1)) expected.push(`level ${x + 3} ${y + 2}`)
            if (inside(x, y) !== inside(x - 1, y)) expected.push(`upright ${x + 3} ${y + 2}`)
          }
        const segments = maskOutline(mask)
        const found: string[] = []
        const ends = new Set<string>()
        for (let i = 0; i < segments.length; i += 4) {
          const [x0, y0, x1, y1] = [...segments.subarray(i, i + 4)] as [number, number, number, number]
          for (let x = x0; x < x1; x++) found.push(`level ${x} ${y0}`)
          for (let y = y0; y < y1; y++) found.push(`upright ${x0} ${y}`)
          const way = y0 === y1 ? 'level' : 'upright'
          expect(ends.has(`${way} ${x0} ${y0}`)).toBe(false)
          ends.add(`${way} ${x1} ${y1}`)
        }
        expect(found.sort()).toEqual(expected.sort())
        expect(segments[1]).toBe(mask.y)
      }),
    )
  })
})
