import { describe, expect, it } from 'vitest'
import { shapeArea } from '../../../../shared/geometry/shapes.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const start = (...which: (keyof Rig['ids'])[]): Rig => {
  const rig = createRig()
  rig.editor.select(which.map((name) => rig.ids[name]))
  rig.host.choose('split')
  return rig
}
const areas = (rig: Rig): number[] => rig.editor.selected.map(({ shape }) => Math.round(shapeArea(shape)))

describe('split tool', () => {
  it('a drag cuts the selection; undo restores the exact records', () => {
    const rig = start('polygon', 'mask')
    const before = rig.editor.records.inOrder()
    rig.drag([155, 0], [155, 99])
    expect(rig.entries.map(({ command }) => command)).toEqual(['split'])
    expect(areas(rig)).toEqual([300, 100, 2200, 200])
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft.kind).toBe('none')
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('is not begun on a locked region, which is said', () => {
    let held = 0
    const rig = createRig({ held: () => held++ })
    rig.editor.commitPatches('lock', new Map([[rig.ids.polygon, { locked: true }]]))
    rig.editor.select([rig.ids.polygon, rig.ids.mask])
    rig.host.choose('split')
    rig.drag([130, 0], [130, 99])
    expect([held, rig.host.stateName, rig.entries.length]).toEqual([1, 'idle', 1])
  })

  it('that crosses nothing leaves no entry, which is said', () => {
    const said: string[] = []
    const rig = createRig({ nothing: (command) => said.push(command) })
    rig.editor.select([rig.ids.polygon])
    rig.host.choose('split')
    rig.drag([90, 0], [90, 99])
    expect([said, rig.entries, rig.host.stateName, rig.editor.single?.id]).toEqual([['split'], [], 'idle', rig.ids.polygon])
  })

  it('a short drag is prolonged', () => {
    const rig = start('polygon')
    rig.drag([130, 30], [130, 35])
    expect(areas(rig)).toEqual([1200, 1200])
  })

  const ends: Readonly<Record<string, (rig: Rig) => void>> = {
    Enter: (rig) => void rig.host.key({ type: 'finish' }),
    'a double click': (rig) => rig.down(180, 30, {}, 2),
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`clicks draw a line with corners, ${name} ends it`, () => {
      const rig = start('polygon')
      rig.click(120, 2)
      rig.click(120, 30)
      rig.click(180, 30)
      expect(rig.host.stateName).toBe('drawing')
      end(rig)
      expect(areas(rig)).toEqual([1600, 800])
    })
  }

  it('with nothing selected it cuts what lies under the stroke, and nothing else', () => {
    const rig = start()
    rig.drag([40, 5], [40, 65])
    expect(rig.editor.selected.map(({ id }) => id)).toContain(rig.ids.box)
    expect(areas(rig)).toEqual([1500, 1500])
    expect(rig.shape(rig.ids.small)).toMatchObject({ kind: 'box' })
  })

  it('a line that misses leaves no entry', () => {
    const rig = start('polygon')
    rig.drag([5, 90], [95, 90])
    rig.drag([5, 5], [5, 95])
    expect(rig.entries).toEqual([])
    const empty = start()
    empty.drag([80, 70], [95, 95])
    expect(empty.entries).toEqual([])
  })

  it('Backspace takes points back, at last the cut', () => {
    const rig = start('polygon')
    rig.click(120, 2)
    rig.click(120, 30)
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('drawing')
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft.kind).toBe('none')
  })

  it('cancel leaves no trace in any state', () => {
    for (const state of ['dragging', 'drawing']) {
      const rig = start('polygon')
      const before = rig.content()
      rig.move(120, 2)
      rig.down(120, 2)
      if (state === 'dragging') rig.move(120, 40)
      else rig.up(120, 2)
      expect(rig.host.stateName).toBe(state)
      rig.host.key({ type: 'cancel' })
      expect([rig.host.stateName, rig.editor.gesture.draft.kind, rig.entries, rig.content()]).toEqual(['idle', 'none', [], before])
    }
  })

  it('cuts by keys alone', () => {
    const rig = start('polygon')
    rig.editor.gesture.setPointer({ x: 130, y: 0 })
    rig.host.key({ type: 'nudge', dx: 0, dy: 1, grow: false })
    rig.host.key({ type: 'finish' })
    rig.host.key({ type: 'nudge', dx: 0, dy: 10, grow: false })
    rig.host.key({ type: 'finish' })
    rig.host.key({ type: 'finish' })
    expect(areas(rig)).toEqual([1200, 1200])
  })
})
