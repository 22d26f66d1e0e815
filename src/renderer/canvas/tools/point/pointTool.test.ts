import { describe, expect, it } from 'vitest'
import { createRig, type Rig, withoutRevs } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('point')
  return rig
}

describe('point tool', () => {
  it("cancel in 'placing' leaves no trace", () => {
    const rig = start()
    const before = rig.content()
    rig.down(80, 70)
    expect(rig.host.stateName).toBe('placing')
    expect(rig.editor.gesture.draft.kind).toBe('shape')
    rig.host.key({ type: 'cancel' })
    expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
    rig.up(80, 70)
    expect(rig.entries).toEqual([])
    expect(rig.content()).toEqual(before)
  })

  it('stands where the button is let go, on a tenth of a pixel, in the picture; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.drag([80, 70], [83.17, 71.92])
    expect(rig.editor.single?.shape).toEqual({ kind: 'point', x: 83.2, y: 71.9 })
    expect(rig.entries.map(({ command }) => command)).toEqual(['createPoint'])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    rig.click(500, -3)
    expect(rig.editor.single?.shape).toEqual({ kind: 'point', x: 200, y: 0 })
  })

  it('is set by keys alone', () => {
    const rig = start()
    rig.editor.gesture.setPointer({ x: 80, y: 70 })
    rig.host.key({ type: 'nudge', dx: 1, dy: 10, grow: false })
    rig.host.key({ type: 'finish' })
    expect(rig.editor.single?.shape).toEqual({ kind: 'point', x: 81, y: 80 })
  })
})
