import { describe, expect, it } from 'vitest'
import { createRig } from '../tools/gestureRig.ts'
import { copyBy, copySelection, pasteClip } from './copies.ts'

const same = (id: string) => id

describe('copies', () => {
  it('stand beside the original in its own picture, each beside the one before, as one gesture', () => {
    const { editor, entries, ids } = createRig()
    editor.select([ids.box, ids.small])
    const clip = copySelection(editor)!
    expect(pasteClip(editor, clip, 'paste', same)).toBe(2)
    expect(editor.selected.map(({ shape }) => shape)).toEqual([
      { kind: 'box', x: 20, y: 20, w: 60, h: 50 },
      { kind: 'box', x: 30, y: 30, w: 10, h: 10 },
    ])
    pasteClip(editor, clip, 'paste', same)
    expect(editor.selected[0]!.shape).toMatchObject({ x: 30, y: 30 })
    expect(entries.map(({ command, edits }) => [command, edits.length])).toEqual([
      ['paste', 2],
      ['paste', 2],
    ])
    expect(editor.selected.map(({ z }) => z)).toEqual([6, 7])
  })

  it('stop at the edge of the picture', () => {
    const { editor, ids } = createRig()
    editor.select([ids.mask])
    const clip = copySelection(editor)!
    for (let i = 0; i < 6; i++) pasteClip(editor, clip, 'duplicate', same)
    expect(editor.single?.shape).toMatchObject({ kind: 'mask', x: 180, y: 80 })
  })

  it('keep their place in another picture, with the class of its dataset, and leave out what lies outside', () => {
    const { editor, ids } = createRig()
    editor.select([ids.box, ids.mask])
    const clip = copySelection(editor)!
    const elsewhere = editor.newId()
    const classId = editor.newId()
    editor.open(elsewhere, { width: 100, height: 60 }, 1, [], [])
    expect(pasteClip(editor, clip, 'paste', () => classId)).toBe(1)
    expect(editor.single).toMatchObject({ classId, itemId: elsewhere, shape: { kind: 'box', x: 10, y: 10, w: 60, h: 50 } })
    expect(pasteClip(editor, { ...clip, records: [] }, 'paste', same)).toBe(0)
  })

  it('that are refused are none, and what was selected stays selected', () => {
    const { editor, entries, ids } = createRig()
    editor.select([ids.box])
    const clip = copySelection(editor)!
    editor.setReadOnly(true)
    expect(pasteClip(editor, clip, 'paste', same)).toBe(0)
    copyBy(editor, 10, 10)
    editor.setReadOnly(false)
    expect(pasteClip(editor, { ...clip, records: [] }, 'paste', same)).toBe(0)
    expect([entries.length, editor.single?.id]).toEqual([0, ids.box])
  })

  it('are none of nothing', () => {
    const { editor, entries } = createRig()
    expect(copySelection(editor)).toBeNull()
    expect(entries).toEqual([])
  })
})
