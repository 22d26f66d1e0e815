import { expect, it } from 'vitest'
import { maskFromBits } from '../../../../shared/geometry/rle.ts'
import { digestOf } from './refined.ts'

it('a mask has the same name on every visit, and another one as soon as a pixel or its place differs', () => {
  const mask = (flipped: number, x = 3) => {
    const bits = Uint8Array.from({ length: 400 }, (_, i) => Number((i * 7919) % 5 < 2))
    if (flipped >= 0) bits[flipped]! ^= 1
    return maskFromBits(bits, { x, y: 4, w: 20, h: 20 })
  }
  expect(digestOf(mask(-1))).toBe(digestOf(mask(-1)))
  const names = [mask(-1), mask(-1, 4), ...Array.from({ length: 400 }, (_, i) => mask(i))].map(digestOf)
  expect(new Set(names).size).toBe(402)
})
