import { describe, expect, it } from 'vitest'
import { convInit, initialise, linearInit, ones } from './init.ts'
import { drawMask, type MaskSpec } from './net.ts'

const moments = (values: Float32Array): { mean: number; std: number } => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return { mean, std: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length) }
}

describe('initial weights', () => {
  it('follow the NVIDIA rules', () => {
    const values = new Float32Array(40_000)
    initialise(values, linearInit, 0, 'a.weight')
    expect(moments(values).std).toBeCloseTo(0.02, 3)
    expect(Math.abs(moments(values).mean)).toBeLessThan(5e-4)
    // A depthwise 3x3 over 256 channels has fan-out 9.
    initialise(values, convInit([256, 1, 3, 3], 256), 0, 'b.weight')
    expect(moments(values).std).toBeCloseTo(Math.sqrt(2 / 9), 2)
    expect(convInit([64, 3, 7, 7], 1)).toEqual({ kind: 'normal', std: Math.sqrt(2 / (49 * 64)) })
    initialise(values, ones, 0, 'c')
    expect(values.every((v) => v === 1)).toBe(true)
  })

  it('cut a truncated normal at two, and depend on seed and name alone', () => {
    const wide = new Float32Array(5000)
    initialise(wide, { kind: 'truncatedNormal', std: 3 }, 0, 'w')
    expect(Math.max(...wide.map(Math.abs))).toBeLessThanOrEqual(2)
    const draw = (seed: number, name: string): number[] => {
      const values = new Float32Array(4)
      initialise(values, linearInit, seed, name)
      return [...values]
    }
    expect(draw(1, 'w')).toEqual(draw(1, 'w'))
    expect(draw(1, 'w')).not.toEqual(draw(2, 'w'))
    expect(draw(1, 'w')).not.toEqual(draw(1, 'v'))
  })
})

describe('dropout masks', () => {
  const spec: MaskSpec = { name: 'mask.x', shape: [20_000], rate: 0.25 }
  const draw = (seed: number, step: number, micro: number, name = spec.name): Float32Array => {
    const values = new Float32Array(20_000)
    drawMask({ ...spec, name }, seed, step, micro, values)
    return values
  }

  it('keep the expectation and hold only 0 and 1 / (1 - rate)', () => {
    const values = draw(0, 3, 0)
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]))
    expect(moments(values).mean).toBeCloseTo(1, 1)
  })

  it('are named by seed, step, micro-batch and name', () => {
    const all = [draw(0, 3, 0), draw(1, 3, 0), draw(0, 4, 0), draw(0, 3, 1), draw(0, 3, 0, 'mask.y')]
    expect(new Set(all.map((v) => v.join(''))).size).toBe(5)
    expect(draw(0, 3, 0)).toEqual(all[0])
  })
})
