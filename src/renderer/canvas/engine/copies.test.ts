import { describe, expect, it } from 'vitest'
import { shapeArea, shapeBounds } from '../../../shared/geometry/shapes.ts'
import { createRig } from '../tools/gestureRig.ts'
import { copyBy, copySelection, nothingPasted, pasteClip } from './copies.ts'

const same = (id: string) => id

describe('copies', () => {
  it('stand beside the original in its own picture, each beside the one before, as one gesture', () => {
    const { editor, entries, ids } = createRig()
    editor.select([ids.box, ids.small])
    const clip = copySelection(editor)!
    expect(pasteClip(editor, clip, 'paste', same)).toEqual({ ...nothingPasted, pasted: 2 })
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
    expect(pasteClip(editor, clip, 'paste', () => classId)).toEqual({ ...nothingPasted, pasted: 1, outside: 1 })
    expect(editor.single).toMatchObject({ classId, itemId: elsewhere, shape: { kind: 'box', x: 10, y: 10, w: 60, h: 50 } })
    expect(pasteClip(editor, { ...clip, records: [] }, 'paste', same)).toEqual(nothingPasted)
  })

  it('are cut at the border of a smaller picture, pixel by pixel; what has no class there has none', () => {
    const { editor, ids } = createRig()
    editor.select([ids.box, ids.mask, ids.polygon])
    const clip = copySelection(editor)!
    editor.open(editor.newId(), { width: 165, height: 30 }, 1, [], [])
    expect(pasteClip(editor, clip, 'paste', () => null)).toEqual({ pasted: 2, outside: 1, cut: 2, classless: 2 })
    expect(editor.selected.map(({ shape }) => [shape.kind, shapeBounds(shape)])).toEqual([
      ['box', { minX: 10, minY: 10, maxX: 70, maxY: 30 }],
      ['polygon', { minX: 100, minY: 10, maxX: 160, maxY: 30 }],
    ])
    editor.open(editor.newId(), { width: 165, height: 100 }, 1, [], [])
    expect(pasteClip(editor, clip, 'paste', same)).toEqual({ pasted: 3, outside: 0, cut: 1, classless: 0 })
    expect(editor.selected.map(({ shape }) => shape.kind === 'mask' && shapeArea(shape))).toContain(15 * 20)
  })

  it('that are refused are none, and what was selected stays selected', () => {
    const { editor, entries, ids } = createRig()
    editor.select([ids.box])
    const clip = copySelection(editor)!
    editor.setReadOnly(true)
    expect(pasteClip(editor, clip, 'paste', same)).toEqual(nothingPasted)
    copyBy(editor, 10, 10)
    editor.setReadOnly(false)
    expect(pasteClip(editor, { ...clip, records: [] }, 'paste', same)).toEqual(nothingPasted)
    expect([entries.length, editor.single?.id]).toEqual([0, ids.box])
  })

  it('are none of nothing', () => {
    const { editor, entries } = createRig()
    expect(copySelection(editor)).toBeNull()
    expect(entries).toEqual([])
  })
})
