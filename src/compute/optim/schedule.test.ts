import { describe, expect, it } from 'vitest'
import { linearFactor, polyLr, warmupPolyLr } from './schedule.ts'

describe('schedules', () => {
  it('gives the numbers of the restated experiment: LinearLR 0-15 from 1e-6, PolyLR 15-201', () => {
    expect(6e-5 * linearFactor(0, 1e-6, 0, 15)).toBeCloseTo(6e-11, 15)
    expect(6e-5 * linearFactor(1, 1e-6, 0, 15)).toBeCloseTo(4.2857e-6, 9)
    expect(6e-5 * linearFactor(14, 1e-6, 0, 15)).toBe(6e-5)
    expect(polyLr(15, 6e-5, 1, 0, 15, 201)).toBe(6e-5)
    expect(polyLr(199, 6e-5, 1, 0, 15, 201)).toBeCloseTo(6e-5 / 185, 12)
    expect(polyLr(200, 6e-5, 1, 0, 15, 201)).toBe(0)
  })

  it('joins warm-up and decay without a jump and ends at the minimum', () => {
    const s = { lr: 1e-3, warmupSteps: 10, warmupFactor: 1e-2, power: 2, minLr: 1e-5, totalSteps: 100 }
    expect(warmupPolyLr(0, s)).toBeCloseTo(1e-5, 12)
    expect(warmupPolyLr(9, s)).toBe(1e-3)
    expect(warmupPolyLr(10, s)).toBe(1e-3)
    expect(warmupPolyLr(11, s)).toBeLessThan(1e-3)
    expect(warmupPolyLr(99, s)).toBeCloseTo(1e-5, 12)
    const rates = Array.from({ length: 100 }, (_, t) => warmupPolyLr(t, s))
    expect(rates.slice(10).every((r, i, all) => i === 0 || r < all[i - 1]!)).toBe(true)
  })

  it('works without warm-up and with one step', () => {
    expect(warmupPolyLr(0, { lr: 1, warmupSteps: 0, warmupFactor: 0, power: 1, minLr: 0, totalSteps: 5 })).toBe(1)
    expect(warmupPolyLr(4, { lr: 1, warmupSteps: 0, warmupFactor: 0, power: 1, minLr: 0, totalSteps: 5 })).toBe(0)
    expect(warmupPolyLr(0, { lr: 1, warmupSteps: 100, warmupFactor: 1e-6, power: 1, minLr: 0, totalSteps: 1 })).toBe(1)
  })
})
