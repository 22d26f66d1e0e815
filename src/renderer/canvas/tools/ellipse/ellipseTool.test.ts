import { describe, expect, it } from 'vitest'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.editor.setSettings({ aids: { snap: false } })
  rig.host.choose('ellipse')
  return rig
}
const origin = (rig: Rig): unknown => (rig.editor.single?.shape.kind === 'polygon' ? rig.editor.single.shape.origin : null)

describe('ellipse tool', () => {
  it('a drag draws from corner to corner; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.drag([80, 60], [120, 80])
    expect(rig.entries.map(({ command }) => command)).toEqual(['createEllipse'])
    expect(origin(rig)).toEqual({ kind: 'ellipse', cx: 100, cy: 70, rx: 20, ry: 10, angleRad: 0 })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('two clicks draw one, Shift a circle, Ctrl from the centre', () => {
    const rig = start()
    rig.click(80, 60)
    expect(rig.host.stateName).toBe('waiting')
    rig.click(100, 70, { shift: true })
    expect(origin(rig)).toMatchObject({ cx: 90, cy: 70, rx: 10, ry: 10 })
    rig.drag([100, 70], [110, 75], { mod: true })
    expect(origin(rig)).toMatchObject({ cx: 100, cy: 70, rx: 10, ry: 5 })
    rig.drag([100, 70], [103, 74], { mod: true, shift: true })
    expect(origin(rig)).toMatchObject({ cx: 100, cy: 70, rx: 5, ry: 5 })
  })

  it('stays in the picture, circles stay round', () => {
    const rig = start()
    rig.drag([180, 80], [300, 300], { shift: true })
    expect(origin(rig)).toMatchObject({ rx: 10, ry: 10 })
    rig.drag([190, 80], [0, 80], { mod: true, shift: true })
    expect(origin(rig)).toMatchObject({ cx: 190, rx: 10, ry: 10 })
  })

  it('a slip of the hand creates nothing', () => {
    const rig = start()
    rig.drag([80, 60], [120, 60])
    expect([rig.entries, rig.host.stateName, rig.editor.gesture.draft.kind]).toEqual([[], 'idle', 'none'])
  })

  it.each(['dragging', 'waiting', 'closing'])('cancel in %s leaves no trace', (state) => {
    const rig = start()
    const before = rig.content()
    rig.down(80, 60)
    if (state === 'dragging') rig.move(100, 90)
    else rig.up(80, 60)
    if (state === 'closing') rig.down(100, 80)
    expect(rig.host.stateName).toBe(state)
    rig.host.key({ type: 'cancel' })
    expect([rig.host.stateName, rig.editor.gesture.draft.kind, rig.entries, rig.content()]).toEqual(['idle', 'none', [], before])
  })

  it('its handles size and turn it; a vertex moved by hand makes it a polygon', () => {
    const rig = start()
    rig.drag([80, 50], [120, 90])
    rig.host.choose('select')
    rig.drag([120, 70], [130, 70])
    expect(rig.entries.at(-1)?.command).toBe('resize')
    expect(origin(rig)).toMatchObject({ cx: 105, rx: 25, ry: 20 })
    rig.drag([105, 28], [150, 70])
    expect(rig.entries.at(-1)?.command).toBe('turn')
    expect(origin(rig)).toMatchObject({ angleRad: Math.PI / 2 })
    rig.drag([105, 70], [110, 70])
    expect(rig.entries.at(-1)?.command).toBe('move')
    expect(origin(rig)).toMatchObject({ cx: 110 })
    const [x, y] = rig.editor.single?.shape.kind === 'polygon' ? rig.editor.single.shape.parts[0]!.outer[5]! : [0, 0]
    rig.drag([x, y], [x + 9, y + 9])
    expect(rig.entries.at(-1)?.command).toBe('moveVertex')
    expect(origin(rig)).toBeUndefined()
  })
})
