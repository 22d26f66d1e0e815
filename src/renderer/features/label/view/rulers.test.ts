import { describe, expect, it } from 'vitest'
import { rulerStep, rulerTicks } from './rulers.ts'

describe('rulers', () => {
  it('numbers have room at every zoom and never stand between two pixels', () => {
    expect([0.004, 0.02, 0.53, 1, 1.1, 10, 64, 128].map(rulerStep)).toEqual([20_000, 5_000, 200, 100, 100, 10, 1, 1])
    for (let scale = 0.003; scale < 64; scale *= 1.17) {
      const step = rulerStep(scale)
      expect(Number.isInteger(step)).toBe(true)
      expect(step * scale).toBeGreaterThanOrEqual(63.9)
      expect(step * scale).toBeLessThan(Math.max(64 * 2.51, scale * 1.01))
    }
  })

  it('lines stand where the pixels of the picture are, on the screen only', () => {
    expect(rulerTicks(1, -250, 160)).toEqual([
      { at: 0, value: null },
      ...[260, 270, 280, 290].map((x) => ({ at: x - 250, value: null })),
      { at: 50, value: 300 },
      ...[310, 320, 330, 340, 350, 360, 370, 380, 390].map((x) => ({ at: x - 250, value: null })),
      { at: 150, value: 400 },
      { at: 160, value: null },
    ])
    expect(rulerTicks(64, 10, 150)).toEqual([
      { at: 10, value: 0 },
      { at: 74, value: 1 },
      { at: 138, value: 2 },
    ])
  })
})
