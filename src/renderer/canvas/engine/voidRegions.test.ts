import { describe, expect, it } from 'vitest'
import { createRig, withoutRevs } from '../tools/gestureRig.ts'
import { reclassifySelection } from './actions.ts'
import { isSelectionVoid, nextClass, toggleVoid } from './voidRegions.ts'

describe('void regions', () => {
  it('the selection becomes void and back, with its class, as one entry each; undo restores the exact records', () => {
    const rig = createRig()
    const { editor, ids } = rig
    const before = editor.records.inOrder()
    editor.select([ids.box, ids.mask])
    expect(toggleVoid(editor)).toBe('void')
    expect(isSelectionVoid(editor)).toBe(true)
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([['toVoid', 2]])
    expect(toggleVoid(editor)).toBe('object')
    expect(rig.content()).toEqual(withoutRevs(before))
    toggleVoid(editor)
    const objects = editor.records.inOrder().map((record): typeof record => ({ ...record, region: 'object' }))
    rig.undoLast(objects)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('a mixed selection becomes void first', () => {
    const { editor, ids, entries } = createRig()
    editor.select([ids.box])
    toggleVoid(editor)
    editor.select([ids.box, ids.polygon])
    expect(toggleVoid(editor)).toBe('void')
    expect(entries.at(-1)?.edits).toHaveLength(1)
  })

  it('what is drawn next is void, areas only, until a class is chosen', () => {
    const rig = createRig()
    const { editor, host } = rig
    const { classId } = editor.pen
    expect(nextClass(editor)).toBe(classId)
    toggleVoid(editor)
    expect(nextClass(editor)).toBeNull()
    host.choose('box')
    rig.drag([80, 60], [90, 70])
    expect(editor.single).toMatchObject({ region: 'void', classId })
    editor.select([])
    host.choose('brush')
    rig.drag([100, 80], [110, 80])
    expect(editor.single).toMatchObject({ region: 'void', shape: { kind: 'mask' } })
    editor.select([])
    editor.setSettings({ brush: { perClass: true } })
    rig.drag([120, 80], [130, 80])
    expect(rig.entries.at(-1)?.edits).toMatchObject([{ op: 'update' }])
    host.choose('point')
    rig.click(120, 80)
    expect(editor.single).toMatchObject({ region: 'object', shape: { kind: 'point' } })
    editor.pen.setClass(classId)
    expect(nextClass(editor)).toBe(classId)
    host.choose('box')
    rig.drag([80, 80], [90, 90])
    expect(editor.single).toMatchObject({ region: 'object' })
  })

  it('a class makes objects of void regions', () => {
    const { editor, ids } = createRig()
    editor.select([ids.polygon])
    toggleVoid(editor)
    reclassifySelection(editor, editor.pen.classId!)
    expect(editor.single).toMatchObject({ region: 'object' })
  })
})
