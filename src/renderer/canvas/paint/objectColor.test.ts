import { describe, expect, it } from 'vitest'
import { uuidv7 } from '../../../shared/model/ids.ts'
import { objectColor } from './objectColor.ts'
import { rgbOf } from './style.ts'

const ids = Array.from({ length: 300 }, (_, n) => uuidv7(1_700_000_000_000 + n, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, n >> 8, n & 255)))

describe('a colour for every object', () => {
  it('is always the same, and its own', () => {
    const colors = ids.map(objectColor)
    expect(ids.map(objectColor)).toEqual(colors)
    expect(new Set(colors).size).toBeGreaterThan(290)
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/)
  })

  it('objects made one after the other look different', () => {
    const apart = ids.slice(1).map((id, i) => {
      const [a, b] = [rgbOf(objectColor(id)), rgbOf(objectColor(ids[i]!))]
      return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
    })
    expect(apart.filter((distance) => distance < 40).length).toBeLessThan(apart.length / 20)
  })
})
