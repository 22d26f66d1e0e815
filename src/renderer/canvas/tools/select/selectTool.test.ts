import { describe, expect, it } from 'vitest'
import { ellipsePolygon } from '../../../../shared/geometry/ellipse.ts'
import { setLocked } from '../../engine/groups.ts'
import { createRig, type Rig, withoutRevs } from '../gestureRig.ts'

/** Brings the tool into each of its states. */
const into: Readonly<Record<string, (rig: Rig) => void>> = {
  pressed: (rig) => rig.down(50, 50),
  moving(rig) {
    rig.down(50, 50)
    rig.move(60, 55)
  },
  pressedGround: (rig) => rig.down(80, 80),
  marquee(rig) {
    rig.down(80, 80)
    rig.move(5, 5)
  },
  resizing(rig) {
    rig.click(50, 50)
    rig.down(70, 60)
    rig.move(90, 80)
  },
  movingVertex(rig) {
    rig.click(130, 30)
    rig.down(160, 50)
    rig.move(180, 70)
  },
  pressedRight: (rig) => rig.host.down({ x: 50, y: 50 }, 'right', 1, { shift: false, alt: false, mod: false }),
  copying(rig) {
    rig.host.down({ x: 50, y: 50 }, 'right', 1, { shift: false, alt: false, mod: false })
    rig.move(60, 55)
  },
  nudging(rig) {
    rig.click(50, 50)
    rig.host.key({ type: 'nudge', dx: 3, dy: 0, grow: false })
  },
}

describe('select tool', () => {
  for (const [state, enter] of Object.entries(into)) {
    it(`cancel in '${state}' leaves no trace`, () => {
      const rig = createRig()
      const before = rig.content()
      enter(rig)
      expect(rig.host.stateName).toBe(state)
      rig.host.cancel()
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
      expect(rig.entries).toEqual([])
      expect(rig.content()).toEqual(before)
    })
  }

  it('a click selects the smallest around the pointer, and nothing on empty ground', () => {
    const rig = createRig()
    rig.click(25, 25)
    expect([...rig.editor.selection]).toEqual([rig.ids.small])
    rig.click(50, 50)
    expect([...rig.editor.selection]).toEqual([rig.ids.box])
    rig.click(190, 95)
    expect(rig.editor.selection.size).toBe(0)
  })

  it('selects a mask by its pixels only', () => {
    const rig = createRig()
    rig.click(165, 75)
    expect([...rig.editor.selection]).toEqual([rig.ids.mask])
    rig.click(171, 75)
    expect(rig.editor.selection.size).toBe(0)
  })

  it('Ctrl and Shift add and take away', () => {
    const rig = createRig()
    rig.click(50, 50)
    rig.click(130, 30, { mod: true })
    expect(rig.editor.selection).toEqual(new Set([rig.ids.box, rig.ids.polygon]))
    rig.click(50, 50, { shift: true })
    expect([...rig.editor.selection]).toEqual([rig.ids.polygon])
  })

  it('a click on one of several selected narrows to it, a drag keeps them', () => {
    const rig = createRig()
    rig.click(50, 50)
    rig.click(130, 30, { mod: true })
    rig.drag([50, 50], [55, 52])
    expect(rig.editor.selection.size).toBe(2)
    expect(rig.entries).toHaveLength(1)
    expect(rig.entries[0]).toMatchObject({ command: 'move' })
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 15, y: 12 })
    rig.click(55, 55)
    expect([...rig.editor.selection]).toEqual([rig.ids.box])
  })

  it('a marquee takes what lies wholly inside, Shift adds to the selection', () => {
    const rig = createRig()
    rig.drag([80, 80], [5, 5])
    expect(rig.editor.selection).toEqual(new Set([rig.ids.box, rig.ids.small]))
    rig.drag([90, 4], [190, 55], { shift: true })
    expect(rig.editor.selection).toEqual(new Set([rig.ids.box, rig.ids.small, rig.ids.polygon]))
    expect(rig.entries).toEqual([])
  })

  it('moving is kept in the picture and commits once, on release', () => {
    const rig = createRig()
    const before = rig.editor.records.inOrder()
    rig.down(50, 50)
    rig.move(60, 50)
    rig.move(400, 50)
    expect(rig.entries).toEqual([])
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 10 })
    rig.up(400, 50)
    expect(rig.entries).toHaveLength(1)
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 140, y: 10 })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    expect([...rig.editor.selection]).toEqual([rig.ids.box])
  })

  it('Shift keeps a move on one axis; a drag back to the start is no entry', () => {
    const rig = createRig()
    rig.drag([50, 50], [70, 55], { shift: true })
    // Shift on the press toggles the selection instead of moving.
    expect(rig.entries).toEqual([])
    rig.click(190, 95)
    rig.down(50, 50)
    rig.move(70, 55, { shift: true })
    rig.up(70, 55, { shift: true })
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 30, y: 10 })
    rig.down(60, 50)
    rig.move(80, 50)
    rig.up(60, 50)
    expect(rig.entries).toHaveLength(1)
  })

  it('a mask is selected by a drag but does not move', () => {
    const rig = createRig()
    rig.drag([155, 65], [120, 80])
    expect([...rig.editor.selection]).toEqual([rig.ids.mask])
    expect(rig.entries).toEqual([])
  })

  it('resizes by each of the eight handles', () => {
    const cases = [
      ['nw', [10, 10], [5, 6], { x: 5, y: 6, w: 65, h: 54 }],
      ['n', [40, 10], [44, 4], { x: 10, y: 4, w: 60, h: 56 }],
      ['ne', [70, 10], [80, 4], { x: 10, y: 4, w: 70, h: 56 }],
      ['e', [70, 35], [80, 90], { x: 10, y: 10, w: 70, h: 50 }],
      ['se', [70, 60], [80, 70], { x: 10, y: 10, w: 70, h: 60 }],
      ['s', [40, 60], [0, 70], { x: 10, y: 10, w: 60, h: 60 }],
      ['sw', [10, 60], [4, 70], { x: 4, y: 10, w: 66, h: 60 }],
      ['w', [10, 35], [4, 0], { x: 4, y: 10, w: 66, h: 50 }],
    ] as const
    for (const [handle, from, to, want] of cases) {
      const rig = createRig()
      const before = rig.editor.records.inOrder()
      rig.click(50, 50)
      rig.down(from[0], from[1])
      expect(rig.host.stateName, handle).toBe('resizing')
      rig.move(to[0], to[1])
      rig.up(to[0], to[1])
      expect(rig.shape(rig.ids.box), handle).toEqual({ kind: 'box', ...want })
      expect(rig.entries.map((entry) => entry.command)).toEqual(['resize'])
      rig.undoLast(before)
      expect(rig.shape(rig.ids.box)).toEqual({ kind: 'box', x: 10, y: 10, w: 60, h: 50 })
    }
  })

  it('resizing stops at the picture and keeps the ratio with Shift', () => {
    const rig = createRig()
    rig.click(50, 50)
    rig.drag([70, 60], [500, 500])
    expect(rig.shape(rig.ids.box)).toEqual({ kind: 'box', x: 10, y: 10, w: 190, h: 90 })
    const other = createRig()
    other.click(50, 50)
    other.down(70, 60)
    other.move(100, 60, { shift: true })
    other.up(100, 60, { shift: true })
    expect(other.shape(other.ids.box)).toEqual({ kind: 'box', x: 10, y: 10, w: 90, h: 75 })
  })

  it('sets a vertex where an edge of the selected polygon is pressed with Alt, and nowhere else', () => {
    const rig = createRig()
    const { editor, ids } = rig
    const before = editor.records.inOrder()
    rig.click(110, 10, { alt: true })
    expect([rig.entries.length, editor.single?.id]).toEqual([0, ids.polygon])
    rig.click(110, 12, { alt: true })
    expect(rig.entries.map(({ command }) => command)).toEqual(['addVertex'])
    expect(rig.shape(ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [110, 10],
            [160, 10],
            [160, 50],
            [100, 50],
          ],
        },
      ],
    })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    rig.down(145, 50, { alt: true })
    rig.host.key({ type: 'cancel' })
    rig.up(145, 50)
    rig.click(130, 30, { alt: true })
    expect([rig.content(), editor.single?.id]).toEqual([withoutRevs(before), ids.polygon])
  })

  it('moves a vertex, inserts one at the middle of an edge, and removes one with Alt', () => {
    const rig = createRig()
    rig.click(130, 30)
    rig.drag([160, 50], [180, 70])
    expect(rig.entries.at(-1)?.command).toBe('moveVertex')
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [160, 10],
            [180, 70],
            [100, 50],
          ],
        },
      ],
    })
    rig.drag([130, 10], [130, 4])
    expect(rig.entries.at(-1)?.command).toBe('addVertex')
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [130, 4],
            [160, 10],
            [180, 70],
            [100, 50],
          ],
        },
      ],
    })
    const before = rig.editor.records.inOrder()
    rig.click(130, 4, { alt: true })
    expect(rig.entries.at(-1)?.command).toBe('removeVertex')
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [160, 10],
            [180, 70],
            [100, 50],
          ],
        },
      ],
    })
    rig.undoLast(before)
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [130, 4],
            [160, 10],
            [180, 70],
            [100, 50],
          ],
        },
      ],
    })
  })

  it('a click on the middle of an edge inserts a vertex there', () => {
    const rig = createRig()
    rig.click(130, 30)
    rig.click(100, 30)
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [160, 10],
            [160, 50],
            [100, 50],
            [100, 30],
          ],
        },
      ],
    })
  })

  it('arrow keys held are one entry; a vertex that was clicked moves alone; Backspace removes it', () => {
    const rig = createRig()
    rig.click(50, 50)
    for (let i = 0; i < 5; i++) rig.host.key({ type: 'nudge', dx: 1, dy: 0, grow: false })
    rig.host.key({ type: 'nudge', dx: 0, dy: 10, grow: false })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.entries.map((entry) => entry.command)).toEqual(['nudge'])
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 15, y: 20 })
    rig.host.key({ type: 'nudge', dx: 4, dy: -4, grow: true })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 15, y: 20, w: 64, h: 46 })
    rig.click(130, 30)
    rig.click(160, 50)
    rig.host.key({ type: 'nudge', dx: 2, dy: 3, grow: false })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [160, 10],
            [162, 53],
            [100, 50],
          ],
        },
      ],
    })
    rig.host.key({ type: 'back' })
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [160, 10],
            [100, 50],
          ],
        },
      ],
    })
  })

  it('a turned ellipse that grows by keys stays an ellipse around its middle', () => {
    const rig = createRig()
    const ellipse = ellipsePolygon({ kind: 'ellipse', cx: 60, cy: 50, rx: 30, ry: 10, angleRad: 1 })
    rig.editor.select([rig.editor.commitNew('createEllipse', ellipse)])
    rig.host.key({ type: 'nudge', dx: 10, dy: -4, grow: true })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.entries.at(-1)?.command).toBe('resize')
    expect(rig.editor.single?.shape).toMatchObject({ origin: { cx: 60, cy: 50, rx: 35, ry: 8, angleRad: 1 } })
  })

  it('arrow keys move masks too, by whole pixels and within the picture; a locked object says why it stays', () => {
    const held: string[] = []
    const rig = createRig({ held: () => held.push('locked') })
    const { editor, ids } = rig
    const before = editor.records.inOrder()
    const mask = rig.shape(ids.mask)
    editor.select([ids.mask])
    rig.host.key({ type: 'nudge', dx: 10, dy: -1, grow: false })
    rig.host.key({ type: 'nudge', dx: 25, dy: 0, grow: false })
    expect(editor.gesture.draft).toMatchObject({ kind: 'reshape' })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.shape(ids.mask)).toEqual({ ...mask, x: 180, y: 59 })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    editor.select([ids.mask, ids.box])
    rig.host.key({ type: 'nudge', dx: 0, dy: 5, grow: false })
    rig.host.key({ type: 'nudgeEnd' })
    expect([rig.shape(ids.mask), rig.shape(ids.box)]).toMatchObject([{ y: 65 }, { y: 15 }])
    setLocked(editor, ids.small, true)
    editor.select([ids.small])
    rig.host.key({ type: 'nudge', dx: 1, dy: 0, grow: false })
    expect([held, rig.host.stateName]).toEqual([['locked'], 'idle'])
  })

  it('a pointer press ends the nudge with its own entry', () => {
    const rig = createRig()
    rig.click(50, 50)
    rig.host.key({ type: 'nudge', dx: 1, dy: 0, grow: false })
    rig.click(130, 30)
    expect(rig.entries.map((entry) => entry.command)).toEqual(['nudge'])
    expect([...rig.editor.selection]).toEqual([rig.ids.polygon])
  })

  it('Escape lets go of the vertex first, then of the selection; a double click on the ground fits the picture', () => {
    const rig = createRig()
    rig.click(130, 30)
    rig.click(160, 50)
    expect(rig.editor.activeVertex).not.toBeNull()
    rig.host.key({ type: 'cancel' })
    expect(rig.editor.activeVertex).toBeNull()
    rig.host.key({ type: 'cancel' })
    expect(rig.editor.selection.size).toBe(0)
    rig.click(190, 95, {}, 2)
    expect(rig.editor.camera.scale).toBeLessThan(1)
  })

  it('a drag with the right button copies the selection there, as one entry that undo takes back', () => {
    const rig = createRig()
    const before = rig.editor.records.inOrder()
    rig.click(50, 50)
    rig.click(130, 30, { mod: true })
    rig.rightDrag([50, 50], [60, 80])
    expect(rig.entries.map((entry) => [entry.command, entry.edits.length])).toEqual([['duplicate', 2]])
    expect(rig.shape(rig.ids.box)).toMatchObject({ x: 10, y: 10 })
    expect(rig.editor.selected.map((record) => record.shape)).toMatchObject([
      { x: 20, y: 40, w: 60, h: 50 },
      { parts: [{ outer: { 0: [110, 40] } }] },
    ])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('a drag with the right button takes what it begins on, a mask by whole pixels; back at its start it copies nothing', () => {
    const rig = createRig()
    rig.rightDrag([155, 65], [140, 70], { alt: true })
    expect(rig.editor.single?.shape).toMatchObject({ kind: 'mask', x: 135, y: 65 })
    const count = rig.entries.length
    rig.host.down({ x: 50, y: 50 }, 'right', 1, { shift: false, alt: false, mod: false })
    rig.move(70, 50)
    expect(rig.editor.gesture.draft).toMatchObject({ kind: 'copies' })
    rig.move(50, 50)
    rig.up(50, 50)
    expect(rig.entries).toHaveLength(count)
    expect(rig.editor.gesture.draft.kind).toBe('none')
    expect([...rig.editor.selection]).toEqual([rig.ids.box])
    rig.rightDrag([190, 95], [180, 90])
    expect(rig.entries).toHaveLength(count)
  })

  it('Ctrl with arrows changes the size of polygons and lines from their top left corner', () => {
    const rig = createRig()
    const before = rig.editor.records.inOrder()
    rig.click(130, 30)
    rig.host.key({ type: 'nudge', dx: 30, dy: -20, grow: true })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [100, 10],
            [190, 10],
            [190, 30],
            [100, 30],
          ],
        },
      ],
    })
    expect(rig.entries.map((entry) => entry.command)).toEqual(['resize'])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    rig.host.key({ type: 'nudge', dx: 500, dy: -500, grow: true })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.shape(rig.ids.polygon)).toMatchObject({ parts: [{ outer: { 2: [200, 11] } }] })
  })

  it('what is hidden cannot be hit', () => {
    const rig = createRig()
    rig.editor.setLook({ shapes: false })
    rig.click(25, 25)
    expect(rig.editor.selection.size).toBe(0)
  })
})
