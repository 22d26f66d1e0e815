import { describe, expect, it } from 'vitest'
import { createRig, withoutRevs, type Rig } from '../tools/gestureRig.ts'
import { deleteSelection, reclassifySelection, selectAll } from './actions.ts'
import { copySelection, pasteClip } from './copies.ts'
import {
  groupSelection,
  lockSelection,
  selectClass,
  selectSameClass,
  setLocked,
  toggleLock,
  ungroupSelection,
  unlockAll,
} from './groups.ts'

const grouped = (): Rig => {
  const rig = createRig()
  rig.editor.select([rig.ids.small, rig.ids.polygon])
  groupSelection(rig.editor)
  rig.editor.select([])
  return rig
}
const selection = ({ editor }: Rig): readonly string[] => [...editor.selection].sort()
const both = ({ ids }: Rig): readonly string[] => [ids.small, ids.polygon].sort()

describe('groups', () => {
  it('are selected by one member; with Alt or two clicks it is meant alone', () => {
    const rig = grouped()
    rig.click(25, 25)
    expect(selection(rig)).toEqual(both(rig))
    rig.click(130, 30, { alt: true })
    expect(selection(rig)).toEqual([rig.ids.polygon])
    rig.click(130, 30)
    expect(selection(rig)).toEqual(both(rig))
    rig.down(25, 25, {}, 2)
    rig.up(25, 25)
    expect(selection(rig)).toEqual([rig.ids.small])
  })

  it('go in and out of a selection as a whole, also by marquee', () => {
    const rig = grouped()
    rig.click(40, 40)
    rig.click(25, 25, { shift: true })
    expect(selection(rig)).toEqual([rig.ids.box, ...both(rig)].sort())
    rig.click(130, 30, { mod: true })
    expect(selection(rig)).toEqual([rig.ids.box])
    rig.drag([95, 5], [165, 55])
    expect(selection(rig)).toEqual(both(rig))
  })

  it('move as one, are one entry each, and undo restores the exact records', () => {
    const rig = grouped()
    const before = rig.editor.records.inOrder()
    rig.drag([130, 30], [133, 35])
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([
      ['group', 2],
      ['move', 2],
    ])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('end, and their copies are a group of their own', () => {
    const rig = grouped()
    rig.click(25, 25)
    const clip = copySelection(rig.editor)!
    const old = rig.editor.records.get(rig.ids.small)!.groupId
    pasteClip(rig.editor, clip, 'duplicate', (id) => id)
    const groups = new Set(rig.editor.selected.map(({ groupId }) => groupId))
    expect([groups.size, groups.has(old), groups.has(undefined)]).toEqual([1, false, false])
    rig.editor.select(both(rig))
    ungroupSelection(rig.editor)
    expect(rig.editor.selected.every((record) => !('groupId' in record))).toBe(true)
    ungroupSelection(rig.editor)
    expect(rig.entries.filter(({ command }) => command === 'ungroup')).toHaveLength(1)
  })
})

describe('locked objects', () => {
  const locked = (): Rig & { held: () => number } => {
    let held = 0
    const rig = createRig({ held: () => held++ })
    rig.editor.select([rig.ids.box])
    toggleLock(rig.editor)
    return { ...rig, held: () => held }
  }

  it('are passed over by click, marquee, select all and select by class', () => {
    const rig = locked()
    rig.editor.select([])
    rig.click(40, 40)
    expect(rig.editor.selection.size).toBe(0)
    rig.drag([2, 2], [90, 90])
    expect(selection(rig)).toEqual([rig.ids.small])
    selectAll(rig.editor)
    expect(rig.editor.selection.has(rig.ids.box)).toBe(false)
    selectSameClass(rig.editor)
    selectClass(rig.editor, rig.editor.classId)
    expect(rig.editor.selection.size).toBe(3)
    expect(rig.editor.selection.has(rig.ids.box)).toBe(false)
  })

  it('are not changed by anything that is done to the selection, and it is said', () => {
    const rig = locked()
    const before = rig.content()
    rig.editor.select([rig.ids.box, rig.ids.small])
    deleteSelection(rig.editor)
    reclassifySelection(rig.editor, rig.editor.newId())
    expect([rig.held(), rig.content()]).toEqual([2, before])
    rig.editor.select([rig.ids.box])
    rig.drag([10, 10], [5, 5])
    rig.host.key({ type: 'nudge', dx: 1, dy: 0, grow: false })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.content()).toEqual(before)
    expect(rig.entries.map(({ command }) => command)).toEqual(['lock'])
  })

  it('are unlocked by the same key, from the list, and all at once', () => {
    const rig = locked()
    const { editor, ids } = rig
    editor.select([ids.box])
    toggleLock(editor)
    expect('locked' in editor.records.get(ids.box)!).toBe(false)
    setLocked(editor, ids.small, true)
    editor.select([ids.box, ids.small])
    toggleLock(editor)
    expect([ids.box, ids.small].map((id) => editor.records.get(id)?.locked)).toEqual([true, true])
    unlockAll(editor)
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([
      ['lock', 1],
      ['unlock', 1],
      ['lock', 1],
      ['lock', 1],
      ['unlock', 2],
    ])
    lockSelection(editor, false)
    expect(rig.entries).toHaveLength(5)
  })
})
