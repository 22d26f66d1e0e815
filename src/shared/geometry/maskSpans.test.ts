import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MaskShape } from '../model/shape.ts'
import { combineSpans, maskOfSpans, spanRules, spansArea, spansOfMask } from './maskSpans.ts'
import { cropMaskFromBits, encodeRuns, maskToBits, paintMask } from './rle.ts'
import { maskToPolygon } from './traceMask.ts'

const size = 14
/** Random masks, noisy or in lumps, anywhere in a small picture. */
const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: size * size, maxLength: size * size }).map((a) => Uint8Array.from(a))
const spansOf = (picture: Uint8Array) => {
  const mask = cropMaskFromBits(picture, { x: 0, y: 0, w: size, h: size })
  return mask ? spansOfMask(mask) : { x: 0, columns: [] }
}
const bitsOf = (mask: MaskShape | null): Uint8Array => {
  const picture = new Uint8Array(size * size)
  if (mask) paintMask(mask, picture, size, size, 1)
  return picture
}

describe('mask spans', () => {
  it('keep a mask to the last character', () => {
    fc.assert(
      fc.property(bits, (picture) => {
        const mask = cropMaskFromBits(picture, { x: 5, y: 3, w: size, h: size })
        if (mask) expect(maskOfSpans(spansOfMask(mask))).toEqual(mask)
      }),
    )
  })

  it('of runs of nothing are those of the same pixels without them, so that no outline has rings of a point', () => {
    const mask: MaskShape = { kind: 'mask', x: 2, y: 1, w: 4, h: 5, rle: encodeRuns([0, 2, 0, 2, 0, 4, 4, 0, 0, 8]) }
    const clean = maskOfSpans(spansOfMask(mask))
    expect(clean).toEqual({ ...mask, rle: encodeRuns([0, 8, 4, 8]) })
    expect(maskToPolygon(mask)).toEqual(maskToPolygon(clean!))
    expect(bitsOf(mask)).toEqual(bitsOf(clean))
  })

  it('combine pixel by pixel', () => {
    fc.assert(
      fc.property(bits, bits, fc.constantFrom('union', 'intersect', 'subtract'), (a, b, name) => {
        const rule = spanRules[name]
        const combined = combineSpans(spansOf(a), spansOf(b), rule)
        expect(bitsOf(maskOfSpans(combined))).toEqual(a.map((v, i) => Number((v === 1 || b[i] === 1) && rule(v === 1, b[i] === 1))))
      }),
    )
  })

  it('keep the areas: |A or B| + |A and B| = |A| + |B|, |A less B| + |A and B| = |A|', () => {
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const [one, other] = [spansOf(a), spansOf(b)]
        const area = (rule: keyof typeof spanRules): number => spansArea(combineSpans(one, other, spanRules[rule]))
        expect(area('union') + area('intersect')).toBe(spansArea(one) + spansArea(other))
        expect(area('subtract') + area('intersect')).toBe(spansArea(one))
      }),
    )
  })

  it('never make an empty mask', () => {
    const mask = cropMaskFromBits(Uint8Array.of(1, 1, 1, 1), { x: 2, y: 2, w: 2, h: 2 })!
    expect(maskToBits(mask)).toEqual(Uint8Array.of(1, 1, 1, 1))
    expect(maskOfSpans(combineSpans(spansOfMask(mask), spansOfMask(mask), spanRules.subtract))).toBeNull()
  })
})
