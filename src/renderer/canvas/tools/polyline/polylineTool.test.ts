import { describe, expect, it } from 'vitest'
import { createRig, type Rig, withoutRevs } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('polyline')
  return rig
}
const points = (rig: Rig) => {
  const shape = rig.editor.single?.shape
  return shape?.kind === 'polyline' ? shape.points : null
}

describe('line tool', () => {
  it("cancel in 'drawing' leaves no trace", () => {
    const rig = start()
    const before = rig.content()
    rig.click(80, 70)
    rig.click(90, 75)
    expect(rig.host.stateName).toBe('drawing')
    rig.host.key({ type: 'cancel' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
    expect(rig.entries).toEqual([])
    expect(rig.content()).toEqual(before)
  })

  it('is drawn click by click and ended by a double click; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.click(80, 70)
    rig.click(90.04, 75)
    rig.click(100, 90)
    rig.click(100, 90, {}, 2)
    expect(rig.entries.map(({ command }) => command)).toEqual(['createPolyline'])
    expect(points(rig)).toEqual([
      [80, 70],
      [90, 75],
      [100, 90],
    ])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('ends with Enter, but not of a single point; Backspace takes points back', () => {
    const rig = start()
    rig.click(80, 70)
    rig.host.key({ type: 'finish' })
    expect(rig.host.stateName).toBe('drawing')
    rig.click(90, 75)
    rig.click(95, 60)
    rig.host.key({ type: 'back' })
    rig.host.key({ type: 'finish' })
    expect(points(rig)).toEqual([
      [80, 70],
      [90, 75],
    ])
    rig.click(80, 70)
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.entries).toHaveLength(1)
  })

  it('Shift turns by 15 degrees, the picture is the limit', () => {
    const rig = start()
    rig.click(100, 70)
    rig.click(120, 71, { shift: true })
    rig.click(999, -50)
    rig.host.key({ type: 'finish' })
    expect(points(rig)).toEqual([
      [100, 70],
      [120, 70],
      [200, 0],
    ])
  })

  it('is changed by its vertices and its middles afterwards', () => {
    const rig = start()
    rig.click(10, 80)
    rig.click(90, 80)
    rig.host.key({ type: 'finish' })
    rig.host.choose('select')
    rig.drag([90, 80], [95, 90])
    expect(points(rig)).toEqual([
      [10, 80],
      [95, 90],
    ])
    rig.drag([52.5, 85], [50, 70])
    expect(points(rig)).toEqual([
      [10, 80],
      [50, 70],
      [95, 90],
    ])
    rig.click(10, 80, { alt: true })
    expect(points(rig)).toHaveLength(2)
    rig.click(50, 70, { alt: true })
    expect(points(rig)).toHaveLength(2)
    expect(rig.entries.map(({ command }) => command)).toEqual(['createPolyline', 'moveVertex', 'addVertex', 'removeVertex'])
  })
})
