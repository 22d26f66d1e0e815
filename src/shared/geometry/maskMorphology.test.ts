import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillHoles, growSpans, removeIslands, shrinkSpans } from './maskMorphology.ts'
import { combineSpans, maskOfSpans, noSpans, spanRules, spansArea, spansOfMask, type MaskSpans } from './maskSpans.ts'
import { cropMaskFromBits, paintMask } from './rle.ts'

const size = { width: 16, height: 13 }
const bitsOf = (spans: MaskSpans): Uint8Array => {
  const picture = new Uint8Array(size.width * size.height)
  const mask = maskOfSpans(spans)
  if (mask) paintMask(mask, picture, size.width, size.height, 1)
  return picture
}
const spansOf = (picture: Uint8Array): MaskSpans => {
  const mask = cropMaskFromBits(picture, { x: 0, y: 0, w: size.width, h: size.height })
  return mask ? spansOfMask(mask) : noSpans
}
const draw = (...rows: string[]): MaskSpans => {
  const picture = new Uint8Array(size.width * size.height)
  rows.forEach((row, y) => [...row].forEach((c, x) => (picture[y * size.width + x] = Number(c === '#'))))
  return spansOf(picture)
}
const picture = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: size.width * size.height, maxLength: size.width * size.height })
  .map((a) => Uint8Array.from(a, (v) => Number(v === 0)))

/** Every pixel within reach of one that `is`, by looking at all of them. */
const near = (bits: Uint8Array, is: number, by: number): Uint8Array =>
  bits.map((_, i) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)]
    return Number(bits.some((v, j) => v === is && ((j % size.width) - x) ** 2 + (Math.floor(j / size.width) - y) ** 2 <= by * by))
  })

describe('mask morphology', () => {
  it('grows to every pixel in reach, shrinks to those with no outside pixel in reach', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 0, max: 4 }), (bits, by) => {
        expect(bitsOf(growSpans(spansOf(bits), size, by))).toEqual(near(bits, 1, by))
        expect(bitsOf(shrinkSpans(spansOf(bits), size, by))).toEqual(near(bits, 0, by).map((v, i) => (by === 0 ? bits[i]! : 1 - v)))
      }),
      { numRuns: 40 },
    )
  })

  it('does not shrink away from the edge of the picture', () => {
    const full = spansOf(new Uint8Array(size.width * size.height).fill(1))
    expect(bitsOf(shrinkSpans(full, size, 3))).toEqual(bitsOf(full))
  })

  it('fills all holes, or small ones only', () => {
    const ring = draw('########', '#.#....#', '###....#', '########')
    expect(spansArea(ring)).toBe(32 - 9)
    expect(spansArea(fillHoles(ring, size))).toBe(32)
    expect(spansArea(fillHoles(ring, size, 1))).toBe(32 - 8)
    expect(fillHoles(noSpans, size)).toBe(noSpans)
  })

  it('removes islands smaller than asked for', () => {
    const spots = draw('##..#...', '##.....#', '......##')
    expect(spansArea(removeIslands(spots, size, 2))).toBe(7)
    expect(spansArea(removeIslands(spots, size, 4))).toBe(4)
    expect(removeIslands(spots, size, 5)).toBe(noSpans)
  })

  it('filling and removing change nothing else', () => {
    fc.assert(
      fc.property(picture, (bits) => {
        const spans = spansOf(bits)
        expect(spansArea(combineSpans(spans, fillHoles(spans, size), spanRules.subtract))).toBe(0)
        expect(spansArea(combineSpans(removeIslands(spans, size, 3), spans, spanRules.subtract))).toBe(0)
        expect(bitsOf(removeIslands(spans, size, 1))).toEqual(bits)
      }),
    )
  })
})
