import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskArea, maskToBits } from '../../shared/geometry/rle.ts'
import { maskOfLogits, stabilityOf } from './logitRuns.ts'
import type { SamLogits } from './samSession.ts'

/** The definition: bilinear at every pixel centre, edges repeated. */
function bits({ width, height, data, scale }: SamLogits, w: number, h: number, threshold = 0): Uint8Array {
  const axis = (i: number, by: number, length: number): [number, number, number] => {
    const g = Math.min(length - 1, Math.max(0, (i + 0.5) / by - 0.5))
    const low = Math.floor(g)
    return [low, Math.min(length - 1, low + 1), g - low]
  }
  const out = new Uint8Array(w * h)
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [left, right, fx] = axis(x, scale[0], width)
      const [top, bottom, fy] = axis(y, scale[1], height)
      const row = (v: number) => data[v * width + left]! * (1 - fx) + data[v * width + right]! * fx
      out[y * w + x] = row(top) * (1 - fy) + row(bottom) * fy > threshold ? 1 : 0
    }
  return out
}

const grid = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) }).chain(({ width, height }) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    // Odd values: no pixel lies on the threshold itself, where the last bit of a rounding decides.
    data: fc.array(
      fc.double({ min: -7, max: 7, noNaN: true }).map((v) => v + 0.013),
      { minLength: width * height, maxLength: width * height },
    ),
  }),
)

test('the runs of a mask are those of its bilinear surface at every pixel', () => {
  fc.assert(
    fc.property(grid, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), ({ width, height, data }, w, h) => {
      const logits = { width, height, data: Float32Array.from(data), scale: [w / width, h / height] as const }
      const mask = maskOfLogits(logits, { width: w, height: h }, [100, 50, 100 + w, 50 + h])
      const wanted = bits(logits, w, h)
      const area = wanted.reduce((sum, bit) => sum + bit, 0)
      expect(mask === null ? 0 : maskArea(mask)).toBe(area)
      if (!mask) return
      const got = maskToBits(mask)
      const cropped = got.map((_, i) => wanted[(Math.floor(i / mask.w) + mask.y - 50) * w + (i % mask.w) + mask.x - 100]!)
      expect(Buffer.compare(got, cropped)).toBe(0)
      // Cropped: every side of the window touches the mask.
      expect(got.subarray(0, mask.w).includes(1) && got.subarray(-mask.w).includes(1)).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test('a window that was reduced before encoding gets its mask at its own size', () => {
  const logits: SamLogits = { width: 2, height: 2, data: Float32Array.of(1, -1, 1, -1), scale: [4, 4] }
  expect(maskOfLogits(logits, { width: 8, height: 8 }, [10, 20, 42, 52])).toMatchObject({ x: 10, y: 20, w: 16, h: 32 })
})

test('values that are no numbers are outside, and infinite ones harm nobody', () => {
  const logits = (...data: number[]): SamLogits => ({ width: 2, height: 2, data: Float32Array.from(data), scale: [4, 4] })
  const size = { width: 8, height: 8 }
  expect(maskOfLogits(logits(NaN, NaN, NaN, NaN), size, [0, 0, 8, 8])).toBeNull()
  expect(maskOfLogits(logits(NaN, -Infinity, Infinity, NaN), size, [0, 0, 8, 8])).toMatchObject({ x: 0 })
})

test('stability is the share of the pixels above minus the offset that are above the offset as well', () => {
  const size = { width: 40, height: 40 }
  const ramp: SamLogits = { width: 4, height: 1, data: Float32Array.of(-3, -1, 1, 3), scale: [10, 40] }
  const count = (t: number) => bits(ramp, 40, 40, t).reduce((sum, bit) => sum + bit, 0)
  expect(stabilityOf(ramp, size, [0, 0, 40, 40], 1)).toBe(count(1) / count(-1))
  const sharp: SamLogits = { width: 2, height: 1, data: Float32Array.of(-90, 90), scale: [20, 40] }
  expect(stabilityOf(sharp, size, [0, 0, 40, 40], 1)).toBeGreaterThan(0.95)
  expect(stabilityOf({ ...sharp, data: Float32Array.of(-9, -9) }, size, [0, 0, 40, 40], 1)).toBe(0)
})
