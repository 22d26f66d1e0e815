import { describe, expect, it } from 'vitest'
import type { DrawingToolId } from './tool.ts'
import { createRig, withoutRevs, type Rig } from './gestureRig.ts'

/** The rig's polygon is the rectangle from (100,10) to (160,50), its larger box the one from (10,10) to (70,60). */
const start = (tool: DrawingToolId): Rig => {
  const rig = createRig()
  rig.editor.setSettings({ aids: { snap: true } })
  rig.host.choose(tool)
  return rig
}
const outer = (rig: Rig): unknown => {
  const shape = rig.editor.single?.shape
  return shape?.kind === 'polygon' ? shape.parts[0]!.outer : null
}

describe('snapping while drawing', () => {
  it('shows what the next click will be drawn to before the first one, and nothing once the pointer has left', () => {
    for (const tool of ['box', 'rotatedBox', 'polygon', 'polyline', 'point'] as const) {
      const rig = start(tool)
      rig.move(163, 53)
      expect(rig.editor.gesture.snap, tool).toMatchObject({ kind: 'vertex', id: rig.ids.polygon, point: { x: 160, y: 50 } })
      rig.move(164, 33)
      expect(rig.editor.gesture.snap, tool).toMatchObject({ kind: 'edge', id: rig.ids.polygon, point: { x: 160, y: 33 } })
      rig.host.leave()
      expect(rig.editor.gesture.snap, tool).toBeNull()
      rig.move(163, 53, { alt: true })
      expect(rig.editor.gesture.snap, tool).toBeNull()
    }
  })

  it('a box takes over the corner and the side it comes near', () => {
    const rig = start('box')
    rig.drag([73, 58], [98, 30])
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 70, y: 30, w: 30, h: 30 })
  })

  it('a box ends at the border of the picture', () => {
    const rig = start('box')
    rig.drag([120, 70], [195, 96])
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 120, y: 70, w: 80, h: 30 })
  })

  it('a point and the sides of a rotated box and of a line stand on vertices', () => {
    const point = start('point')
    point.click(97, 53)
    expect(point.editor.single?.shape).toEqual({ kind: 'point', x: 100, y: 50 })
    const line = start('polyline')
    line.click(73, 57)
    line.click(97, 53)
    line.host.key({ type: 'finish' })
    expect(line.editor.single?.shape).toMatchObject({
      points: [
        [70, 60],
        [100, 50],
      ],
    })
    const box = start('rotatedBox')
    box.click(97, 52)
    box.click(162, 53)
    box.click(120, 75)
    expect(box.editor.single?.shape).toMatchObject({ cx: 130, cy: 62.5, w: 60, h: 25 })
  })

  it('Alt while held and the setting for good switch it off', () => {
    const alt = start('polygon')
    for (const [x, y] of [
      [98, 52],
      [162, 52],
      [130, 80],
    ] as const)
      alt.click(x, y, { alt: true })
    alt.host.key({ type: 'finish' })
    expect(outer(alt)).toEqual([
      [98, 52],
      [162, 52],
      [130, 80],
    ])
    const off = start('polygon')
    off.editor.setSettings({ aids: { snap: false } })
    off.click(98, 52)
    expect(off.editor.gesture.draft).toMatchObject({ points: [{ x: 98, y: 52 }] })
    expect(off.editor.gesture.snap).toBeNull()
  })

  it('a modifier that is pressed or let go shows at once what it changes', () => {
    const rig = start('polygon')
    rig.move(163, 53)
    expect(rig.editor.gesture.snap).not.toBeNull()
    rig.host.holdModifiers({ shift: false, alt: true, mod: false })
    expect(rig.editor.gesture.snap).toBeNull()
    rig.host.holdModifiers({ shift: false, alt: false, mod: false })
    expect(rig.editor.gesture.snap).not.toBeNull()
    rig.host.leave()
    rig.host.holdModifiers({ shift: false, alt: false, mod: false })
    expect(rig.editor.gesture.snap).toBeNull()
  })

  it('with Shift the angle goes before what is near', () => {
    const rig = start('polyline')
    rig.click(80, 52, { alt: true })
    rig.click(98, 53, { shift: true })
    expect(rig.editor.gesture.draft).toMatchObject({ points: [{ x: 80, y: 52 }, { y: 52 }] })
    rig.click(400, 400, { shift: true })
    const { draft } = rig.editor.gesture
    const points = draft.kind === 'polyline' ? draft.points : []
    // Still 45 degrees where it meets the border.
    expect(points.at(-1)!.y).toBeCloseTo(100)
    expect(points.at(-1)!.x - points.at(-2)!.x).toBeCloseTo(points.at(-1)!.y - points.at(-2)!.y)
  })

  it('the cursor moved by keys stays where it is, and takes over a vertex in the same pixel', () => {
    const rig = start('polyline')
    rig.editor.gesture.setPointer({ x: 104, y: 10 })
    const set = (dx: number): void => {
      rig.host.key({ type: 'nudge', dx, dy: 0, grow: false })
      rig.host.key({ type: 'finish' })
    }
    set(1)
    set(-5)
    expect(rig.editor.gesture.draft).toMatchObject({
      points: [
        { x: 105, y: 10 },
        { x: 100, y: 10 },
      ],
    })
  })

  it('what is hidden draws nothing', () => {
    const rig = start('polygon')
    rig.editor.setLook({ hiddenIds: new Set([rig.ids.polygon, rig.ids.mask]) })
    rig.move(163, 53)
    expect(rig.editor.gesture.snap).toBeNull()
  })
})

describe('following a border', () => {
  /** Along the right half of the polygon, from the middle of its upper side to the middle of its lower one. */
  const along = (rig: Rig, modifiers = {}): void => {
    rig.click(130, 8)
    rig.click(130, 52, modifiers)
  }

  it('with Ctrl puts the vertices between two places on it into the ring, with a preview; X takes the other way', () => {
    const rig = start('polygon')
    rig.click(120, 8)
    rig.move(120, 52)
    expect(rig.editor.gesture.draft).toMatchObject({ ahead: [] })
    rig.move(120, 52, { mod: true })
    expect(rig.editor.gesture.draft).toMatchObject({
      ahead: [
        { x: 100, y: 10 },
        { x: 100, y: 50 },
      ],
      cursor: { x: 120, y: 50 },
    })
    rig.host.key({ type: 'otherWay' })
    expect(rig.editor.gesture.draft).toMatchObject({
      ahead: [
        { x: 160, y: 10 },
        { x: 160, y: 50 },
      ],
    })
    rig.host.key({ type: 'otherWay' })
    rig.down(120, 52, { mod: true })
    rig.click(60, 90)
    rig.host.key({ type: 'finish' })
    expect(outer(rig)).toEqual([
      [120, 10],
      [100, 10],
      [100, 50],
      [120, 50],
      [60, 90],
    ])
  })

  it('one step back takes the whole border back', () => {
    const rig = start('polygon')
    along(rig, { mod: true })
    expect(rig.editor.gesture.draft).toMatchObject({ points: { length: 4 } })
    rig.host.key({ type: 'back' })
    expect(rig.editor.gesture.draft).toMatchObject({ points: [{ x: 130, y: 10 }] })
  })

  it('switched on, Ctrl holds it off; Alt does always', () => {
    const rig = start('polyline')
    rig.editor.setSettings({ aids: { follow: true } })
    rig.click(130, 8)
    rig.move(130, 52)
    expect(rig.editor.gesture.draft).toMatchObject({ ahead: { length: 2 } })
    rig.move(130, 52, { mod: true })
    expect(rig.editor.gesture.draft).toMatchObject({ ahead: [] })
    rig.move(130, 52, { alt: true })
    expect(rig.editor.gesture.draft).toMatchObject({ ahead: [] })
  })

  it('closes along the border, and undo takes the polygon away', () => {
    const rig = start('polygon')
    const before = rig.editor.records.inOrder()
    rig.click(98, 12)
    rig.click(80, 80)
    rig.click(162, 52)
    rig.move(99, 11, { mod: true })
    expect(rig.editor.gesture.draft).toMatchObject({ closing: true, ahead: { length: 1 } })
    rig.click(99, 11, { mod: true })
    const ring = outer(rig) as [number, number][]
    expect(ring).toHaveLength(4)
    expect(ring.slice(0, 3)).toEqual([
      [100, 10],
      [80, 80],
      [160, 50],
    ])
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createPolygon'])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('follows the pixel edges of a mask', () => {
    const rig = start('polyline')
    rig.click(148, 70)
    rig.click(160, 61, { mod: true })
    expect(rig.editor.gesture.draft).toMatchObject({
      points: [
        { x: 150, y: 70 },
        { x: 150, y: 60 },
        { x: 160, y: 60 },
      ],
    })
  })

  it('follows the border of the picture around its corner', () => {
    const rig = start('polyline')
    rig.click(150, 98)
    rig.click(198, 60, { mod: true })
    expect(rig.editor.gesture.draft).toMatchObject({
      points: [
        { x: 150, y: 100 },
        { x: 200, y: 100 },
        { x: 200, y: 60 },
      ],
    })
  })
})
