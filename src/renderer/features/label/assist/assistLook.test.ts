import { describe, expect, it } from 'vitest'
import { maskFromBits } from '../../../../shared/geometry/rle.ts'
import type { ToolSettings } from '../../../canvas/engine/settings.ts'
import { createRig } from '../../../canvas/tools/gestureRig.ts'
import { isCutAt, widerOf, windowOf } from './assistLook.ts'

/** A picture of 4000 x 3000 of which a view of 400 x 300 shows a part, at `scale` from (x, y) on. */
function look(view: ToolSettings['smart']['view'], scale: number, x = 0, y = 0) {
  const { editor } = createRig()
  editor.resize({ width: 400, height: 300, pixelRatio: 1 })
  editor.open(editor.newId(), { width: 4000, height: 3000 }, 1, [], [])
  editor.setCamera({ scale, x: -x * scale, y: -y * scale })
  editor.setSettings({ smart: { view } })
  return editor
}
const box = (minX: number, minY: number, maxX: number, maxY: number) => ({ minX, minY, maxX, maxY })

describe('what a model looks at', () => {
  it('is the whole picture when that is wanted, or when it is on the screen', () => {
    expect(windowOf(look('whole', 1, 1000, 1000), 1024, null, null)).toBeNull()
    for (const view of ['auto', 'seen'] as const) expect(windowOf(look(view, 0.1), 1024, null, null)).toBeNull()
  })

  it('is exactly what is seen by choice, with what the question is about', () => {
    const editor = look('seen', 1, 1000.4, 1000)
    expect(windowOf(editor, 1024, null, null)).toEqual([1000, 1000, 1401, 1300])
    expect(windowOf(editor, 1024, box(990, 1100, 1500, 3200), null)).toEqual([990, 1000, 1500, 3000])
  })

  it('holds what is seen at full resolution when zoomed in, and stays during small moves', () => {
    const window = windowOf(look('auto', 1, 1000, 1000), 1024, null, null)!
    expect(Math.max(window[2] - window[0], window[3] - window[1])).toBeLessThanOrEqual(1024)
    expect(window[0] <= 1000 && window[1] <= 1000 && window[2] >= 1400 && window[3] >= 1300).toBe(true)
    expect(windowOf(look('auto', 1, 1010, 1005), 1024, null, window)).toEqual(window)
    const wide = windowOf(look('auto', 1, 1000, 1000), 1024, box(1000, 1000, 3900, 2900), null)
    expect(wide).toBeNull()
  })
})

describe('an object that was cut off', () => {
  const mask = (x: number, w: number) => maskFromBits(new Uint8Array(w).fill(1), { x, y: 1100, w, h: 1 })

  it('ends at an edge of what was looked at that is no edge of the picture', () => {
    const editor = look('auto', 1, 1000, 1000)
    expect(isCutAt(editor, mask(1100, 412), [1000, 1000, 1512, 1512])).toBe(true)
    expect(isCutAt(editor, mask(1100, 200), [1000, 1000, 1512, 1512])).toBe(false)
    expect(isCutAt(editor, mask(0, 200), [0, 1000, 512, 1512])).toBe(false)
    expect(isCutAt(editor, mask(3800, 200), [3488, 1000, 4000, 1512])).toBe(false)
  })

  it('is looked at through twice as much, at last the whole picture, but not where the part is chosen', () => {
    expect(widerOf(look('auto', 1), [1000, 1000, 1512, 1512])).toEqual({ window: [768, 768, 1792, 1792] })
    expect(widerOf(look('auto', 1), [1000, 1000, 2448, 2448])).toEqual({ window: null })
    expect(widerOf(look('seen', 1), [1000, 1000, 1512, 1512])).toBeNull()
  })
})
