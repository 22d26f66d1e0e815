import { describe, expect, it } from 'vitest'
import { isNeutral, neutralTone, toneTable, type Tone } from './tone.ts'

const shown = (patch: Partial<Tone>, value: number): number => Math.round(toneTable({ ...neutralTone, ...patch })[value]! * 255)

describe('the tone of a picture', () => {
  it('changes nothing when it is neutral', () => {
    expect(toneTable(neutralTone).map((v) => Math.round(v * 255))).toEqual(Array.from({ length: 256 }, (_, i) => i))
    expect([isNeutral(neutralTone), isNeutral({ ...neutralTone, gamma: 1.1 })]).toEqual([true, false])
  })

  it('brightens, darkens, lifts shadows, inverts', () => {
    expect(shown({ brightness: 50 }, 100)).toBeGreaterThan(150)
    expect(shown({ brightness: -50 }, 100)).toBeLessThan(50)
    expect(shown({ gamma: 2.2 }, 20)).toBeGreaterThan(60)
    expect([shown({ gamma: 2.2 }, 0), shown({ gamma: 2.2 }, 255)]).toEqual([0, 255])
    expect([shown({ invert: true }, 0), shown({ invert: true }, 200)]).toEqual([255, 55])
  })

  it('keeps the middle when it changes contrast, and shows black to white between the two points', () => {
    expect([shown({ contrast: 60 }, 128), shown({ contrast: -60 }, 128)].every((v) => Math.abs(v - 128) < 3)).toBe(true)
    expect(shown({ contrast: 60 }, 200)).toBeGreaterThan(230)
    expect([49, 50, 75, 100, 101].map((v) => shown({ black: 50, white: 100 }, v))).toEqual([0, 0, 128, 255, 255])
    expect(toneTable({ ...neutralTone, black: 80, white: 80 }).every((v) => v >= 0 && v <= 1)).toBe(true)
  })
})
