import { describe, expect, it } from 'vitest'
import { counterRng } from '../tensor/rng.ts'
import { classMap } from './classMap.ts'

/** The plain definition: every class plane resized on its own, then the largest. */
function slow(logits: Float32Array, classes: number, h: number, w: number, height: number, width: number): number[] {
  const sample = (k: number, y: number, x: number) => {
    const at = (i: number, from: number, to: number) => Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    const sy = at(y, h, height)
    const sx = at(x, w, width)
    const [y0, x0] = [Math.floor(sy), Math.floor(sx)]
    const [y1, x1] = [Math.min(y0 + 1, h - 1), Math.min(x0 + 1, w - 1)]
    const v = (yy: number, xx: number) => logits[k * h * w + yy * w + xx]!
    const top = v(y0, x0) * (1 - (sx - x0)) + v(y0, x1) * (sx - x0)
    const bottom = v(y1, x0) * (1 - (sx - x0)) + v(y1, x1) * (sx - x0)
    return top * (1 - (sy - y0)) + bottom * (sy - y0)
  }
  return Array.from({ length: height * width }, (_, i) => {
    const scores = Array.from({ length: classes }, (__, k) => sample(k, Math.floor(i / width), i % width))
    return scores.indexOf(Math.max(...scores))
  })
}

describe('classMap', () => {
  it('is the largest class of bilinearly resized planes, growing and shrinking', () => {
    const rng = counterRng(1, 'classMap')
    for (const [h, w, height, width] of [
      [4, 5, 13, 9],
      [8, 8, 8, 8],
      [9, 7, 4, 3],
      [1, 1, 3, 2],
    ] as const) {
      const logits = Float32Array.from({ length: 3 * h * w }, () => rng.normal())
      expect([...classMap(logits, { classes: 3, height: h, width: w }, height, width)]).toEqual(slow(logits, 3, h, w, height, width))
    }
  })
  it('takes the first of equal classes', () => {
    expect([...classMap(new Float32Array(8), { classes: 2, height: 2, width: 2 }, 2, 2)]).toEqual([0, 0, 0, 0])
  })
})
