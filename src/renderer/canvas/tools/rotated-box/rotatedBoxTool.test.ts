import { describe, expect, it } from 'vitest'
import type { RotatedBoxShape } from '../../../../shared/model/shape.ts'
import { rotatedHandle, turnHandle } from '../../../../shared/geometry/rotatedBox.ts'
import { reachAt } from '../../engine/hitTest.ts'
import { createRig, type Rig, withoutRevs } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('rotatedBox')
  return rig
}
const box = (rig: Rig): RotatedBoxShape => {
  const shape = rig.editor.single?.shape
  if (shape?.kind !== 'rotatedBox') throw new Error('no rotated box is selected')
  return shape
}
const into: Readonly<Record<string, (rig: Rig) => void>> = {
  dragging: (rig) => rig.down(80, 70),
  side: (rig) => rig.click(80, 70),
  across: (rig) => rig.drag([80, 70], [120, 70]),
}

describe('rotated box tool', () => {
  it('Shift across makes it a square, on the side the pointer is on', () => {
    for (const [y, cy] of [
      [75, 70],
      [45, 30],
    ] as const) {
      const rig = start()
      rig.click(80, 50)
      rig.click(120, 50)
      rig.click(100, y, { shift: true })
      expect(rig.editor.single?.shape).toMatchObject({ cx: 100, cy, w: 40, h: 40 })
    }
  })

  for (const [state, enter] of Object.entries(into)) {
    it(`cancel in '${state}' leaves no trace`, () => {
      const rig = start()
      const before = rig.content()
      enter(rig)
      expect(rig.host.stateName).toBe(state)
      expect(rig.editor.gesture.draft.kind).toBe('shape')
      rig.host.key({ type: 'cancel' })
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
      expect(rig.entries).toEqual([])
      expect(rig.content()).toEqual(before)
    })
  }

  it('is drawn by a side and a reach across; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.drag([80, 60], [120, 90])
    rig.move(80, 85)
    expect(rig.editor.gesture.draft).toMatchObject({ kind: 'shape', shape: { kind: 'rotatedBox', w: 50 } })
    rig.click(80, 85)
    expect(box(rig)).toMatchObject({ w: 50, h: 20 })
    expect(box(rig).angleRad).toBeCloseTo(Math.atan2(30, 40), 12)
    expect(rig.entries.map(({ command }) => command)).toEqual(['createRotatedBox'])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('takes clicks for the side as well; Backspace goes back one step; Shift turns the side by 15 degrees', () => {
    const rig = start()
    rig.click(80, 60)
    rig.click(120, 61, { shift: true })
    expect(rig.host.stateName).toBe('across')
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('side')
    rig.click(120, 61, { shift: true })
    rig.click(100, 80)
    expect(box(rig)).toMatchObject({ cx: 100, cy: 70, w: 40, h: 20 })
    expect(box(rig).angleRad).toBeCloseTo(0, 12)
  })

  it('of no extent is not made', () => {
    const rig = start()
    rig.click(80, 60)
    rig.click(80, 60)
    expect(rig.host.stateName).toBe('side')
    rig.click(120, 60)
    rig.click(100, 60.4)
    expect(rig.host.stateName).toBe('across')
    expect(rig.entries).toEqual([])
  })

  it('is turned by its knob and resized by its handles; a click on the knob changes nothing', () => {
    const rig = start()
    rig.drag([80, 60], [120, 60])
    rig.click(100, 80)
    rig.host.choose('select')
    const made = box(rig)
    const { turn } = reachAt(rig.editor.camera.scale)
    const knob = turnHandle(made, turn)
    rig.click(knob.x, knob.y)
    expect(rig.entries).toHaveLength(1)
    rig.drag([knob.x, knob.y], [150, 72], { shift: true })
    expect(box(rig).angleRad).toBeCloseTo(Math.PI / 2, 12)
    const end = rotatedHandle(box(rig), 'se')
    rig.drag([end.x, end.y], [end.x, end.y + 6])
    expect([box(rig).w, box(rig).h].map(Math.round)).toEqual([46, 20])
    const cancelled = rig.content()
    const again = turnHandle(box(rig), turn)
    rig.move(again.x, again.y)
    rig.down(again.x, again.y)
    expect(rig.host.stateName).toBe('turning')
    rig.move(100, 20)
    rig.host.key({ type: 'cancel' })
    expect(rig.content()).toEqual(cancelled)
    expect(rig.entries.map(({ command }) => command)).toEqual(['createRotatedBox', 'turn', 'resize'])
  })

  it('grows by keys', () => {
    const rig = start()
    rig.drag([80, 60], [120, 60])
    rig.click(100, 80)
    rig.host.choose('select')
    rig.host.key({ type: 'nudge', dx: 3, dy: -2, grow: true })
    rig.host.key({ type: 'nudgeEnd' })
    expect(box(rig)).toMatchObject({ w: 43, h: 18 })
  })
})
