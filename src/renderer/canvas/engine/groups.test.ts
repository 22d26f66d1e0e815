import { describe, expect, it } from 'vitest'
import { runRegionTask, type RegionOp } from '../../../shared/geometry/regionTask.ts'
import { createRig, withoutRevs, type Rig } from '../tools/gestureRig.ts'
import { deleteSelection, reclassifySelection, selectAll } from './actions.ts'
import { copySelection, pasteClip } from './copies.ts'
import {
  deleteWithLocked,
  groupSelection,
  lockSelection,
  selectClass,
  selectSameClass,
  setLocked,
  toggleLock,
  ungroupSelection,
  unlockAll,
} from './groups.ts'
import { moveInOrder } from './order.ts'
import { commitRegions, regionTask, selectedRegions } from './regionEdits.ts'
import { toggleVoid } from './voidRegions.ts'

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
    selectClass(rig.editor, rig.editor.pen.classId)
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
    rig.host.key({ type: 'nudge', dx: 4, dy: 4, grow: true })
    rig.host.key({ type: 'nudgeEnd' })
    expect(rig.content()).toEqual(before)
    expect(rig.entries.map(({ command }) => command)).toEqual(['lock'])
  })

  it('stay in their group and in their place; others pass them in the order', () => {
    const rig = locked()
    const { editor, ids } = rig
    const before = rig.content()
    editor.select([ids.box, ids.small])
    groupSelection(editor)
    for (const move of ['front', 'forward', 'backward', 'back'] as const) moveInOrder(editor, move)
    expect([rig.held(), rig.content()]).toEqual([5, before])
    setLocked(editor, ids.box, false)
    groupSelection(editor)
    setLocked(editor, ids.box, true)
    ungroupSelection(editor)
    expect([rig.held(), rig.entries.at(-1)?.command]).toEqual([6, 'lock'])
    editor.select([ids.small])
    moveInOrder(editor, 'backward')
    expect(editor.records.inOrder().map(({ id }) => id)).toEqual([ids.mask, ids.small, ids.box, ids.polygon])
  })

  it.each<RegionOp>([
    { kind: 'union' },
    { kind: 'subtract' },
    { kind: 'intersect' },
    { kind: 'join' },
    { kind: 'overlap' },
    { kind: 'grow', byPx: 2 },
    { kind: 'grow', byPx: -2 },
    { kind: 'toMask' },
    { kind: 'toPolygon', tolerancePx: 0 },
  ])('are not changed by $kind, nor is the selection', (op) => {
    const rig = locked()
    const before = rig.content()
    rig.editor.select([rig.ids.box, rig.ids.small])
    const task = regionTask(rig.editor, op, selectedRegions(rig.editor))
    expect(commitRegions(rig.editor, task, runRegionTask(task))).toBe(0)
    expect([rig.held(), rig.content(), rig.entries.length]).toEqual([1, before, 1])
    expect(selection(rig)).toEqual([rig.ids.box, rig.ids.small].sort())
  })

  it('take away from what lies lower as others do', () => {
    const rig = locked()
    const { editor, ids } = rig
    setLocked(editor, ids.box, false)
    setLocked(editor, ids.small, true)
    editor.select([ids.box, ids.small])
    const task = regionTask(editor, { kind: 'overlap' }, selectedRegions(editor))
    expect([commitRegions(editor, task, runRegionTask(task)), rig.held()]).toEqual([1, 0])
  })

  it('are neither split nor made void, and what is drawn next stays what it was', () => {
    const rig = locked()
    const before = rig.content()
    rig.host.choose('split')
    rig.editor.select([rig.ids.box])
    rig.drag([40, 5], [40, 65])
    expect([rig.held(), selection(rig)]).toEqual([1, [rig.ids.box]])
    expect([toggleVoid(rig.editor), rig.editor.pen.drawsVoid]).toEqual([null, false])
    expect([rig.held(), rig.content(), rig.entries.length]).toEqual([2, before, 1])
  })

  it('have copies that are not', () => {
    const rig = locked()
    rig.editor.select([rig.ids.box])
    pasteClip(rig.editor, copySelection(rig.editor)!, 'paste', (id) => id)
    expect(rig.editor.selected.map((record) => 'locked' in record)).toEqual([false])
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

it('deletes locked objects only when that is asked for, and says how many there were', () => {
  const rig = createRig()
  const { editor, ids } = rig
  setLocked(editor, ids.box, true)
  editor.select([ids.box, ids.small])
  expect([deleteSelection(editor), editor.records.has(ids.small)]).toEqual([false, true])
  expect(deleteWithLocked(editor)).toBe(1)
  expect(rig.entries.slice(1).map(({ command, edits }) => [command, edits.length])).toEqual([['delete', 2]])
  expect([editor.records.has(ids.box), editor.records.has(ids.small)]).toEqual([false, false])
  editor.select([ids.polygon])
  expect([deleteWithLocked(editor), editor.records.has(ids.polygon)]).toEqual([0, false])
})
