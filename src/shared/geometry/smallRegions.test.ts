import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cropMaskFromBits, maskArea, maskToBits } from './rle.ts'
import { fillSmallHoles, islandsOf, removeSmallIslands, withoutSpecks } from './smallRegions.ts'

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

test('specks of an object go and its pinholes are filled, except where a click for it or against it lies', () => {
  const size = { width: 40, height: 20 }
  const bits = new Uint8Array(size.width * size.height)
  const set = (x: number, y: number, w: number, h: number, value: number): void => {
    for (let row = y; row < y + h; row++) bits.fill(value, row * size.width + x, row * size.width + x + w)
  }
  set(2, 2, 20, 15, 1)
  set(10, 8, 2, 1, 0)
  set(15, 4, 1, 2, 0)
  set(30, 3, 2, 2, 1)
  set(35, 10, 1, 3, 1)
  const mask = cropMaskFromBits(bits, { x: 0, y: 0, w: size.width, h: size.height })!
  const solid = 20 * 15
  const area = (share: number, ...clicks: (readonly [x: number, y: number, positive: boolean])[]): number =>
    maskArea(
      withoutSpecks(
        mask,
        size,
        share,
        clicks.map(([x, y, positive]) => ({ x, y, positive })),
      ),
    )
  expect(area(0.02)).toBe(solid)
  // Three pixels of 303 are a little less than a hundredth.
  expect(area(0.01)).toBe(solid + 4)
  expect(withoutSpecks(mask, size, 0, [])).toBe(mask)
  expect(area(0.02, [31.5, 4.9, true], [5, 5, true])).toBe(solid + 4)
  expect(area(0.02, [11.2, 8.4, false], [30, 3, false])).toBe(solid - 2)
  // A click for the object in a hole wants it filled.
  expect(area(0.02, [15, 5, true], [35, 12, true])).toBe(solid + 3)
  expect(area(0.02, [39, 19, true], [0, 0, false])).toBe(solid)
})

test('what consists of nothing but small parts keeps them', () => {
  const bits = Uint8Array.from({ length: 20 * 20 }, (_, at) => (at % 2 === 0 && Math.floor(at / 20) % 2 === 0 ? 1 : 0))
  const mask = cropMaskFromBits(bits, { x: 0, y: 0, w: 20, h: 20 })!
  expect(maskArea(withoutSpecks(mask, { width: 20, height: 20 }, 0.02, []))).toBe(100)
})
