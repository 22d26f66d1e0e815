import { describe, expect, it } from 'vitest'
import { keyTarget, nothingSelected, selectAt } from './selection.ts'

const idAt = (i: number): string | undefined => (i >= 0 && i < 10 ? `p${i}` : undefined)
const plain = { range: false, toggle: false }
const shift = { range: true, toggle: false }
const ctrl = { range: false, toggle: true }

describe('selection', () => {
  it('replaces, extends from the anchor both ways, and toggles', () => {
    const one = selectAt(nothingSelected, 4, plain, idAt)
    expect([...one.ids]).toEqual(['p4'])
    const down = selectAt(one, 6, shift, idAt)
    expect([...down.ids]).toEqual(['p4', 'p5', 'p6'])
    const up = selectAt(down, 3, shift, idAt)
    expect([...up.ids]).toEqual(['p3', 'p4'])
    const toggled = selectAt(up, 4, ctrl, idAt)
    expect([...toggled.ids]).toEqual(['p3'])
    expect(toggled.anchor).toBe(4)
  })

  it('ignores places that are not loaded', () => {
    expect(selectAt(nothingSelected, 12, plain, idAt)).toBe(nothingSelected)
  })

  it('moves by keys and stays in the list', () => {
    expect(keyTarget('ArrowRight', 9, 10, 4, 2)).toBe(9)
    expect(keyTarget('ArrowDown', 2, 10, 4, 2)).toBe(6)
    expect(keyTarget('ArrowDown', 8, 10, 4, 2)).toBe(8)
    expect(keyTarget('ArrowUp', 2, 10, 4, 2)).toBe(2)
    expect(keyTarget('PageDown', 1, 10, 4, 2)).toBe(9)
    expect(keyTarget('Home', 7, 10, 4, 2)).toBe(0)
    expect(keyTarget('ArrowLeft', -1, 10, 4, 2)).toBe(0)
    expect(keyTarget('ArrowLeft', -1, 0, 4, 2)).toBeNull()
    expect(keyTarget('x', 3, 10, 4, 2)).toBeNull()
  })
})
