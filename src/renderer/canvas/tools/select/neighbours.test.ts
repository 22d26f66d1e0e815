import { describe, expect, it } from 'vitest'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import { uuidv7 } from '../../../../shared/model/ids.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const neighbourId = uuidv7(1, new Uint8Array(10))

/** The rig with a second polygon that has the right side of the first, and with snapping on. */
function start(): Rig {
  const rig = createRig()
  rig.editor.setSettings({ aids: { snap: true } })
  const records = rig.editor.records.inOrder()
  const neighbour: Annotation = {
    ...records.at(-1)!,
    id: neighbourId,
    z: 4,
    shape: {
      kind: 'polygon',
      parts: [
        {
          outer: [
            [160, 10],
            [190, 20],
            [190, 40],
            [160, 50],
          ],
          holes: [],
        },
      ],
    },
  }
  rig.editor.refresh(2, [...records, neighbour])
  rig.click(130, 30)
  return rig
}
const outer = (rig: Rig, id: string) => {
  const shape = rig.shape(id)
  return shape?.kind === 'polygon' ? shape.parts[0]!.outer : []
}

describe('reshaping beside neighbours', () => {
  it('a vertex is drawn to theirs, not to its own object; nothing stays shown', () => {
    const rig = start()
    rig.down(100, 50)
    rig.move(75, 62)
    expect(rig.editor.gesture.snap).toMatchObject({ kind: 'vertex', id: rig.ids.box })
    rig.up(75, 62)
    expect(outer(rig, rig.ids.polygon)[3]).toEqual([70, 60])
    expect(rig.editor.gesture.snap).toBeNull()
    rig.drag([100, 10], [156, 14])
    expect(outer(rig, rig.ids.polygon)[0]).toEqual([160, 10])
    const alone = createRig()
    alone.editor.setSettings({ aids: { snap: true } })
    alone.click(130, 30)
    alone.drag([100, 10], [156, 14])
    expect(alone.shape(alone.ids.polygon)).toMatchObject({ parts: [{ outer: { 0: [156, 14] } }] })
  })

  it('Alt holds it off, and cancel leaves no trace of it', () => {
    const rig = start()
    const before = rig.content()
    rig.down(100, 50)
    rig.move(75, 62, { alt: true })
    expect(rig.editor.gesture.snap).toBeNull()
    rig.move(75, 62)
    rig.host.cancel()
    expect(rig.editor.gesture.snap).toBeNull()
    expect(rig.content()).toEqual(before)
    expect(rig.entries).toEqual([])
  })

  it('the handles of boxes are drawn to corners and sides', () => {
    const rig = start()
    rig.click(50, 40)
    rig.drag([70, 60], [97, 53])
    expect(rig.shape(rig.ids.box)).toEqual({ kind: 'box', x: 10, y: 10, w: 90, h: 40 })
  })

  it('with Shift a vertex moves in steps of 15 degrees from the nearer of its neighbours', () => {
    const rig = start()
    rig.down(100, 50)
    rig.move(97, 80, { shift: true })
    rig.up(97, 80, { shift: true })
    expect(outer(rig, rig.ids.polygon)[3]).toEqual([100, 80.1])
  })
})

describe('vertices that stand in one place', () => {
  it('go along with Ctrl, as one entry; undo puts all of them back', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.down(160, 50)
    rig.move(150, 70, { mod: true })
    rig.up(150, 70, { mod: true })
    expect(outer(rig, rig.ids.polygon)[2]).toEqual([150, 70])
    expect(outer(rig, neighbourId)[3]).toEqual([150, 70])
    expect(rig.entries.map((entry) => [entry.command, entry.edits.length])).toEqual([['moveVertex', 2]])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('stay without it; when it is switched on Ctrl holds them', () => {
    const rig = start()
    rig.drag([160, 50], [150, 70])
    expect(outer(rig, neighbourId)[3]).toEqual([160, 50])
    rig.editor.setSettings({ aids: { together: true } })
    rig.drag([160, 10], [150, 22])
    expect(outer(rig, neighbourId)[0]).toEqual([150, 22])
    rig.down(150, 22)
    rig.move(140, 30, { mod: true })
    rig.up(140, 30, { mod: true })
    expect(outer(rig, neighbourId)[0]).toEqual([150, 22])
  })

  it('a vertex put into a shared side is put into both', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.down(160, 30)
    rig.move(170, 31, { mod: true })
    rig.up(170, 31, { mod: true })
    expect(outer(rig, rig.ids.polygon)[2]).toEqual([170, 31])
    expect(outer(rig, neighbourId)).toEqual([
      [160, 10],
      [190, 20],
      [190, 40],
      [160, 50],
      [170, 31],
    ])
    expect(rig.entries.map((entry) => entry.command)).toEqual(['addVertex'])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('switched on, they are nudged and removed together', () => {
    const rig = start()
    rig.editor.setSettings({ aids: { together: true } })
    rig.click(160, 50)
    rig.host.key({ type: 'nudge', dx: -4, dy: 2, grow: false })
    rig.host.key({ type: 'nudgeEnd' })
    expect(outer(rig, neighbourId)[3]).toEqual([156, 52])
    rig.host.key({ type: 'back' })
    expect(outer(rig, rig.ids.polygon)).toHaveLength(3)
    expect(outer(rig, neighbourId)).toHaveLength(3)
    expect(rig.entries.map((entry) => [entry.command, entry.edits.length])).toEqual([
      ['nudge', 2],
      ['removeVertex', 2],
    ])
  })
})
