import { describe, expect, it } from 'vitest'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('lasso')
  return rig
}
/** Around a circle, drawn in many small moves; the button stays down. */
function circle(rig: Rig, from = 0): void {
  rig.move(120, 70)
  rig.down(120, 70)
  for (let i = 1 + from; i <= 60; i++) rig.move(100 + 20 * Math.cos((i * Math.PI) / 30), 70 + 20 * Math.sin((i * Math.PI) / 30))
}

describe('lasso', () => {
  it(`cancel in 'sketching' leaves no trace`, () => {
    const rig = start()
    const before = rig.content()
    circle(rig)
    expect(rig.host.stateName).toBe('sketching')
    rig.host.cancel()
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
    expect(rig.entries).toEqual([])
    expect(rig.content()).toEqual(before)
  })

  it('closes when the button is let go, as one entry that undo takes away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    circle(rig)
    rig.up(120, 70)
    expect(rig.host.stateName).toBe('idle')
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createPolygon'])
    const shape = rig.editor.single?.shape
    const outer = shape?.kind === 'polygon' ? shape.parts[0]!.outer : []
    expect(outer.length).toBeGreaterThan(6)
    expect(outer.length).toBeLessThan(30)
    for (const [x, y] of outer) expect(Math.hypot(x - 100, y - 70)).toBeCloseTo(20, 0)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('shows the simplified outline while it is drawn; a finer tolerance keeps more of it', () => {
    const counts = [0, 1, 4].map((tolerance) => {
      const rig = start()
      rig.editor.setSettings({ trace: { tolerance } })
      circle(rig)
      const { draft } = rig.editor.gesture
      return draft.kind === 'polygon' ? draft.points.length : 0
    })
    expect(counts[0]).toBeGreaterThan(40)
    expect(counts[0]).toBeGreaterThan(counts[1]!)
    expect(counts[1]).toBeGreaterThan(counts[2]!)
  })

  it('stays in the picture; a click, or a line without area, makes nothing', () => {
    const rig = start()
    rig.click(120, 70)
    rig.drag([80, 80], [95, 80])
    expect(rig.entries).toEqual([])
    rig.drag([150, 80], [400, 300])
    rig.move(180, 60)
    rig.down(180, 60)
    for (const [x, y] of [
      [260, 60],
      [260, 140],
      [150, 140],
    ] as const)
      rig.move(x, y)
    rig.up(150, 60)
    const shape = rig.editor.single?.shape
    const outer = shape?.kind === 'polygon' ? shape.parts[0]!.outer : []
    expect(outer.length).toBeGreaterThan(3)
    for (const [x, y] of outer) expect(x <= 200 && y <= 100).toBe(true)
  })

  it('begins and ends on what draws it', () => {
    const rig = start()
    rig.editor.setSettings({ aids: { snap: true } })
    rig.move(103, 53)
    rig.down(103, 53)
    for (const [x, y] of [
      [110, 80],
      [150, 80],
      [157, 60],
    ] as const)
      rig.move(x, y)
    rig.up(158, 53)
    expect(rig.editor.single?.shape).toMatchObject({
      parts: [
        {
          outer: expect.arrayContaining([
            [100, 50],
            [160, 50],
          ]) as unknown,
        },
      ],
    })
  })
})
