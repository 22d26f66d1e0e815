import { describe, expect, it } from 'vitest'
import { createRig, withoutRevs } from '../tools/gestureRig.ts'
import { deleteWithLocked } from './groups.ts'
import { deleteSelection, reclassifySelection, removeActiveVertex, selectAll, setAttributes, stepSelection, stepVertex } from './actions.ts'
import type { Aspect } from './editor.ts'

const otherClass = '01234567-0000-7000-8000-000000000001'

describe('editor', () => {
  it('deletes the selection as one entry; undo brings the exact records back and says which', () => {
    const rig = createRig()
    const before = rig.editor.records.inOrder()
    selectAll(rig.editor)
    expect(rig.editor.selection.size).toBe(4)
    deleteSelection(rig.editor)
    expect(rig.entries).toHaveLength(1)
    expect(rig.entries[0]).toMatchObject({ command: 'delete' })
    expect(rig.editor.records.size).toBe(0)
    expect(rig.editor.selection.size).toBe(0)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    expect(rig.editor.records.get(rig.ids.box)?.rev).toBe(3)
    // ... and they can be hit again.
    rig.click(165, 75)
    expect([...rig.editor.selection]).toEqual([rig.ids.mask])
  })

  it('reclassifies what has another class, masks as well, and nothing when nothing changes', () => {
    const rig = createRig()
    rig.click(165, 75)
    rig.click(50, 50, { mod: true })
    reclassifySelection(rig.editor, otherClass)
    expect(rig.entries.map((entry) => [entry.command, entry.edits.length])).toEqual([['reclassify', 2]])
    expect(rig.editor.records.get(rig.ids.mask)?.classId).toBe(otherClass)
    reclassifySelection(rig.editor, otherClass)
    expect(rig.entries).toHaveLength(1)
  })

  it('changes one attribute and keeps the others', () => {
    const rig = createRig()
    setAttributes(rig.editor, rig.ids.box, { pose: 'Left', difficult: false })
    setAttributes(rig.editor, rig.ids.box, { difficult: true })
    setAttributes(rig.editor, rig.ids.box, { difficult: true })
    expect(rig.entries).toHaveLength(2)
    expect(rig.editor.records.get(rig.ids.box)?.attributes).toEqual({ pose: 'Left', difficult: true })
  })

  it('takes back what the host refused, selection included', () => {
    const rig = createRig()
    rig.host.choose('box')
    rig.drag([80, 70], [95, 90])
    expect(rig.editor.selection.size).toBe(1)
    const dropped = rig.editor.rollback(rig.entries[0]!.entryId)
    expect(dropped).toHaveLength(1)
    expect(rig.editor.records.size).toBe(4)
    expect(rig.editor.selection.size).toBe(0)
  })

  it('a change from elsewhere keeps the selection that still exists', () => {
    const rig = createRig()
    selectAll(rig.editor)
    const rest = rig.editor.records.inOrder().filter((record) => record.id !== rig.ids.box)
    expect(rig.editor.refresh(2, rest)).toBe(true)
    expect(rig.editor.selection).toEqual(new Set([rig.ids.mask, rig.ids.small, rig.ids.polygon]))
    expect(rig.editor.refresh(1, [])).toBe(false)
  })

  it('tells each listener what changed, until it leaves', () => {
    const rig = createRig()
    const seen: Aspect[] = []
    const leave = rig.editor.onChange((aspect) => seen.push(aspect))
    rig.click(50, 50)
    expect(seen).toContain('selection')
    expect(seen).not.toContain('records')
    leave()
    seen.length = 0
    deleteSelection(rig.editor)
    expect(seen).toEqual([])
  })

  it('deleting reaches only what is on show, which is said', () => {
    const kept: number[] = []
    const rig = createRig({ unseenKept: (count) => kept.push(count) })
    const { editor, ids } = rig
    selectAll(editor)
    editor.select([ids.box, ids.mask, ids.small])
    editor.setLook({ hiddenIds: new Set([ids.box]), masks: false })
    deleteSelection(editor)
    expect([kept, [ids.box, ids.mask, ids.small].map((id) => editor.records.has(id))]).toEqual([[2], [true, true, false]])
    editor.setLook({ masks: true, hiddenIds: new Set(), hiddenClasses: new Set([editor.records.get(ids.box)!.classId!]) })
    editor.select([ids.box, ids.mask])
    expect([deleteWithLocked(editor), editor.records.has(ids.box), rig.entries.length]).toEqual([0, true, 1])
  })

  it('steps through objects and vertices by keys', () => {
    const rig = createRig()
    stepSelection(rig.editor, -1)
    expect([...rig.editor.selection]).toEqual([rig.ids.polygon])
    expect(stepVertex(rig.editor, -1)).toBe(true)
    expect(rig.editor.activeVertex?.at.vertex).toBe(3)
    stepVertex(rig.editor, 1)
    expect(rig.editor.activeVertex?.at.vertex).toBe(0)
    expect(removeActiveVertex(rig.editor)).toBe(true)
    expect(rig.shape(rig.ids.polygon)).toMatchObject({
      parts: [
        {
          outer: [
            [160, 10],
            [160, 50],
            [100, 50],
          ],
        },
      ],
    })
    stepVertex(rig.editor, 1)
    expect(removeActiveVertex(rig.editor)).toBe(false)
    stepSelection(rig.editor, 1)
    expect([...rig.editor.selection]).toEqual([rig.ids.mask])
    expect(rig.editor.activeVertex).toBeNull()
  })

  it('steps through the objects that are wanted, both ways and around', () => {
    const rig = createRig()
    const boxes = [rig.ids.box, rig.ids.small]
    const step = (by: 1 | -1): boolean => stepSelection(rig.editor, by, ({ id }) => boxes.includes(id))
    const seen = [1, 1, 1, -1, -1, -1].map((by) => (step(by as 1 | -1), [...rig.editor.selection][0]))
    const [a, b] = boxes
    expect(seen).toEqual([a, b, a, b, a, b])
    rig.editor.select([rig.ids.polygon])
    expect(stepSelection(rig.editor, 1, () => false)).toBe(false)
    expect([...rig.editor.selection]).toEqual([rig.ids.polygon])
  })
})
