import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cropMaskFromBits, maskToBits } from './rle.ts'
import { fillSmallHoles, islandsOf, removeSmallIslands } from './smallRegions.ts'

/** The official way: label sets of 8-connected pixels of `value`, by flooding. */
function sets(bits: Uint8Array, w: number, h: number, value: number): number[][] {
  const seen = new Uint8Array(w * h)
  const found: number[][] = []
  for (let start = 0; start < w * h; start++) {
    if (seen[start] || bits[start] !== value) continue
    const set = [start]
    seen[start] = 1
    for (const at of set)
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [x, y] = [(at % w) + dx, Math.floor(at / w) + dy]
          const next = y * w + x
          if (x < 0 || y < 0 || x >= w || y >= h || seen[next] || bits[next] !== value) continue
          seen[next] = 1
          set.push(next)
        }
    found.push(set)
  }
  return found
}

function full(mask: ReturnType<typeof removeSmallIslands>, w: number, h: number): string {
  const bits = maskToBits(mask)
  const out = new Uint8Array(w * h)
  for (let y = 0; y < mask.h; y++) out.set(bits.subarray(y * mask.w, (y + 1) * mask.w), (y + mask.y) * w + mask.x)
  return out.join('')
}

test('holes and islands smaller than asked go as in the official code, whatever the mask', () => {
  const picture = fc.record({ w: fc.integer({ min: 1, max: 12 }), h: fc.integer({ min: 1, max: 12 }) }).chain(({ w, h }) =>
    fc.record({
      w: fc.constant(w),
      h: fc.constant(h),
      bits: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: w * h, maxLength: w * h }),
    }),
  )
  fc.assert(
    fc.property(picture, fc.integer({ min: 1, max: 8 }), ({ w, h, bits: list }, least) => {
      const bits = Uint8Array.from(list)
      const mask = cropMaskFromBits(bits, { x: 0, y: 0, w, h })
      if (!mask) return
      const islands = sets(bits, w, h, 1)
      const large = islands.filter((set) => set.length >= least)
      const kept = large.length > 0 ? large : [islands.reduce((best, set) => (set.length > best.length ? set : best))]
      const removed = removeSmallIslands(mask, least)
      // Of several largest ones any may stay.
      if (large.length > 0 || islands.filter((set) => set.length === kept[0]!.length).length === 1) {
        const wanted = new Uint8Array(w * h)
        for (const set of kept) for (const at of set) wanted[at] = 1
        expect(full(removed, w, h)).toBe(wanted.join(''))
      }
      if (large.length === islands.length) expect(removed).toBe(mask)
      const apart = islandsOf(mask, least)
      expect(apart.map(({ area }) => area)).toEqual(large.map((set) => set.length).sort((a, b) => b - a))
      const together = new Set(apart.map(({ mask: island }) => full(island, w, h)))
      expect(together).toEqual(new Set(large.map((set) => Array.from(bits, (_, at) => (set.includes(at) ? 1 : 0)).join(''))))
      const filled = Uint8Array.from(bits)
      // The background around the window of the mask is one set with what touches it.
      const outside = (set: number[]) =>
        set.some((at) => {
          const [x, y] = [at % w, Math.floor(at / w)]
          return x < mask.x || y < mask.y || x >= mask.x + mask.w || y >= mask.y + mask.h
        })
      for (const set of sets(bits, w, h, 0)) if (set.length < least && !outside(set)) for (const at of set) filled[at] = 1
      expect(full(fillSmallHoles(mask, { width: w, height: h }, least), w, h)).toBe(filled.join(''))
    }),
  )
})
