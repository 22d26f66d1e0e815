import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cropMaskFromBits,
  decodeRuns,
  encodeRuns,
  indexMapFromMasks,
  isCompleteMask,
  isSoundMask,
  maskArea,
  maskBounds,
  maskFromBits,
  maskHit,
  masksFromIndexMap,
  maskToBits,
} from './rle.ts'
import type { MaskShape } from '../model/shape.ts'

const picture = fc
  .record({ w: fc.integer({ min: 1, max: 24 }), h: fc.integer({ min: 1, max: 24 }), values: fc.constantFrom(2, 3, 6) })
  .chain(({ w, h, values }) =>
    fc.record({
      w: fc.constant(w),
      h: fc.constant(h),
      map: fc.array(fc.integer({ min: 0, max: values - 1 }), { minLength: w * h, maxLength: w * h }).map((a) => Uint8Array.from(a)),
    }),
  )

describe('COCO runs', () => {
  it('writes the strings pycocotools writes', () => {
    // Worked out by hand from maskApi.c: 6 -> '6'; 16 -> '`0' (the sign bit 0x10 is set, so one more character follows); the fourth count 1 is written as 1-3.
    expect(encodeRuns([6])).toBe('6')
    expect(encodeRuns([16])).toBe('`0')
    expect(encodeRuns([0, 3, 2, 1])).toBe('032' + String.fromCharCode((-2 & 0x1f) + 48))
  })

  it('agrees with vectors worked out by hand from maskApi.c, both ways', () => {
    const vectors: readonly (readonly [readonly number[], string])[] = [
      // 40 = 1|01000: low five bits first with the continuation bit (8+32+48 = 'X'), then 1.
      [[40], 'X1'],
      // 2,000,000 = 1|11101|00001|00100|00000: four characters with the continuation bit, then 1, whose 0x10 is clear.
      [[2_000_000], 'PTQm1'],
      // Fourth count: 3-20 = -17 = ...1|01111: 15 has 0x10 clear, so -1 must still follow ('_' then 'O').
      [[1, 20, 4, 3], '1d04_O'],
      // From the fourth on, each is a difference: 10-10, 5-4, 12-10.
      [[10, 10, 4, 10, 5, 12], ':' + ':' + '4' + '0' + '1' + '2'],
      // An empty window of 3 x 3, and a full one: the first run is of zeros.
      [[9], '9'],
      [[0, 9], '09'],
    ]
    for (const [runs, text] of vectors) {
      expect(encodeRuns(runs)).toBe(text)
      expect(decodeRuns(text)).toEqual(runs)
    }
  })

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 29 })), (runs) => {
        expect(decodeRuns(encodeRuns(runs))).toEqual(runs)
      }),
    )
  })

  it('refuses what is not a run string, without hanging', () => {
    expect(() => decodeRuns('\u0001')).toThrow(RangeError)
    expect(() => decodeRuns('o')).toThrow(RangeError)
    expect(() => decodeRuns('oooooooooooo')).toThrow(RangeError)
    expect(() => decodeRuns('O')).toThrow(/negative/)
  })
})

describe('masks', () => {
  it('keeps every pixel through bits', () => {
    fc.assert(
      fc.property(picture, ({ w, h, map }) => {
        const bits = map.map((v) => (v === 1 ? 1 : 0))
        const mask = maskFromBits(bits, { x: 3, y: 5, w, h })
        expect(maskToBits(mask)).toEqual(bits)
        expect(isCompleteMask(mask)).toBe(true)
        expect(isCompleteMask({ ...mask, w: mask.w + 1 })).toBe(false)
        expect(maskArea(mask)).toBe(bits.reduce((a, b) => a + b, 0))
        for (let y = -1; y <= h; y++)
          for (let x = -1; x <= w; x++) {
            const inside = x >= 0 && y >= 0 && x < w && y < h && bits[y * w + x] === 1
            expect(maskHit(mask, 3 + x + 0.4, 5 + y + 0.9)).toBe(inside)
          }
      }),
    )
  })

  it('is sound when something is inside and no run but the first is empty, as all that is made here', () => {
    fc.assert(
      fc.property(picture, ({ w, h, map }) => {
        const bits = map.map((v) => (v === 1 ? 1 : 0))
        expect(isSoundMask(maskFromBits(bits, { x: 0, y: 0, w, h }))).toBe(bits.includes(1))
        for (const mask of masksFromIndexMap(map, w, h).values()) expect(isSoundMask(mask)).toBe(true)
      }),
    )
    const square = (...runs: number[]): MaskShape => ({ kind: 'mask', x: 0, y: 0, w: 10, h: 10, rle: encodeRuns(runs) })
    const hollow = [square(0, 5, 0, 95), square(10, 0, 90), square(0, 100, 0), square(100), square(0, 0, 100)]
    expect(hollow.map((mask) => [isCompleteMask(mask), isSoundMask(mask)])).toEqual(hollow.map(() => [true, false]))
    expect([square(0, 100), square(5, 95), square(0, 5, 95)].every(isSoundMask)).toBe(true)
    expect(isSoundMask(square(0, 99))).toBe(false)
  })

  it('crops to its pixels, and agrees with its own bounds', () => {
    fc.assert(
      fc.property(picture, ({ w, h, map }) => {
        const bits = map.map((v) => (v === 1 ? 1 : 0))
        const cropped = cropMaskFromBits(bits, { x: 0, y: 0, w, h })
        const bounds = maskBounds(maskFromBits(bits, { x: 0, y: 0, w, h }))
        if (!cropped) {
          expect(bounds).toBeNull()
          expect(bits.some((b) => b === 1)).toBe(false)
          return
        }
        expect({ x: cropped.x, y: cropped.y, w: cropped.w, h: cropped.h }).toEqual(bounds)
        expect(indexMapFromMasks([{ mask: cropped, value: 1 }], w, h, 0)).toEqual(bits)
      }),
    )
  })

  it('splits an index map into masks that paint it again', () => {
    fc.assert(
      fc.property(picture, ({ w, h, map }) => {
        const masks = masksFromIndexMap(map, w, h)
        expect([...masks.keys()].sort()).toEqual([...new Set(map)].sort())
        for (const mask of masks.values()) {
          expect(isCompleteMask(mask)).toBe(true)
          expect(maskBounds(mask)).toEqual({ x: mask.x, y: mask.y, w: mask.w, h: mask.h })
        }
        const layers = [...masks].map(([value, mask]) => ({ mask, value }))
        expect(indexMapFromMasks(layers, w, h, 99)).toEqual(map)
        expect(masksFromIndexMap(map, w, h, (v) => v === 0).has(0)).toBe(false)
      }),
    )
  })

  it('paints only what lies inside the picture', () => {
    const mask = maskFromBits(new Uint8Array(9).fill(1), { x: 2, y: 2, w: 3, h: 3 })
    expect([...indexMapFromMasks([{ mask, value: 7 }], 3, 3, 0)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7])
  })
})
