import { describe, expect, it } from 'vitest'
import { defaultWindow, floatsToWords, throughWindow, wholeWindow, windowReach } from './valueWindow.ts'

describe('the window of a deep picture', () => {
  it('spans the values of the picture, but for the outliers', () => {
    const samples = Uint16Array.from({ length: 10_000 }, (_, i) => 1_000 + (i % 3_000))
    samples[5] = 65_535
    samples[6] = 0
    const { low, high } = defaultWindow(samples)
    expect(low).toBeGreaterThanOrEqual(1_000)
    expect(low).toBeLessThan(1_020)
    expect(high).toBeGreaterThan(3_980)
    expect(high).toBeLessThanOrEqual(3_999)
  })

  it('is never empty: flat pictures, black and white ones, no pixels at all', () => {
    for (const value of [0, 7, 65_535]) {
      const { low, high } = defaultWindow(new Uint16Array(100).fill(value))
      expect(high).toBeGreaterThan(low)
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
    }
    expect(defaultWindow(new Uint16Array())).toEqual(wholeWindow)
  })

  it('is moved within twice its own values, in whole bits, and as far as it was set', () => {
    const twelveBits = { low: 928, high: 3_709 }
    expect(windowReach(twelveBits, twelveBits)).toBe(8_191)
    expect(windowReach(twelveBits, { low: 0, high: 8_191 })).toBe(8_191)
    expect(windowReach(twelveBits, { low: 0, high: 9_000 })).toBe(16_383)
    expect(windowReach({ low: 0, high: 1 }, { low: 0, high: 1 })).toBe(255)
    expect(windowReach(wholeWindow, twelveBits)).toBe(65_535)
  })

  it('shows its ends as black and white', () => {
    expect([...throughWindow(Uint16Array.of(0, 99, 100, 200, 300, 301, 65_535), { low: 100, high: 300 })]).toEqual([
      0, 0, 0, 128, 255, 255, 255,
    ])
  })

  it('spreads floating point numbers over 16 bits, whatever is among them', () => {
    expect([...floatsToWords(Float32Array.of(-1, 0, 1, NaN, Infinity, -Infinity))]).toEqual([0, 32_768, 65_535, 0, 65_535, 0])
    expect([...floatsToWords(Float32Array.of(3, 3))]).toEqual([0, 0])
  })
})
