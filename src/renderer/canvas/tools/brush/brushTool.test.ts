import { describe, expect, it } from 'vitest'
import { spansArea } from '../../../../shared/geometry/maskSpans.ts'
import { maskArea, maskFromBits, maskHit } from '../../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { MaskShape } from '../../../../shared/model/shape.ts'
import type { SettingsPatch } from '../../engine/settings.ts'
import { strokePixels } from '../../engine/stroke.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const start = (brush: SettingsPatch['brush'] = {}): Rig => {
  const rig = createRig()
  rig.editor.setSettings({ brush: { size: 4, tip: 'square', ...brush } })
  rig.host.choose('brush')
  return rig
}
const maskOf = (rig: Rig, id: Id): MaskShape => {
  const shape = rig.shape(id)
  if (shape?.kind !== 'mask') throw new Error(`no mask: ${shape?.kind ?? 'gone'}`)
  return shape
}
const isIn = (rig: Rig, id: Id, x: number, y: number): boolean => maskHit(maskOf(rig, id), x, y)
const only = (rig: Rig): Id => {
  expect(rig.editor.selection.size).toBe(1)
  return [...rig.editor.selection][0]!
}

const into: Readonly<Record<string, { readonly state: string; readonly enter: (rig: Rig) => void }>> = {
  painting: {
    state: 'painting',
    enter(rig) {
      rig.down(80, 70)
      rig.move(120, 90)
    },
  },
  erasing: {
    state: 'painting',
    enter(rig) {
      rig.right(160, 70)
      rig.move(165, 75)
    },
  },
  'an outline, point by point': {
    state: 'outlining',
    enter(rig) {
      rig.editor.setSettings({ brush: { tip: 'polygon' } })
      rig.click(80, 70)
      rig.click(120, 70)
      rig.move(100, 90)
    },
  },
  'an outline, freehand': {
    state: 'outlining',
    enter(rig) {
      rig.editor.setSettings({ brush: { tip: 'polygon' } })
      rig.down(80, 70)
      for (let x = 82; x < 100; x += 4) rig.move(x, 80)
    },
  },
}

describe('brush', () => {
  for (const [name, { state, enter }] of Object.entries(into)) {
    for (const [how, leave] of [
      ['Esc', (rig: Rig) => rig.host.key({ type: 'cancel' })],
      ['another picture', (rig: Rig) => rig.host.setAside()],
    ] as const) {
      it(`${how} during ${name} leaves no trace`, () => {
        const rig = start()
        const before = rig.content()
        enter(rig)
        expect(rig.host.stateName).toBe(state)
        leave(rig)
        expect(rig.host.stateName).toBe('idle')
        expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
        expect(rig.entries).toEqual([])
        expect(rig.content()).toEqual(before)
      })
    }
  }

  it('a stroke is one new mask of the chosen class, on top, selected, without gaps; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.down(80, 70)
    rig.move(140, 70)
    const { draft } = rig.editor.gesture
    expect(draft.kind === 'stroke' && spansArea(strokePixels(draft.stroke))).toBe(64 * 4)
    // What the press covered is not new any more.
    expect(draft.kind === 'stroke' && draft.step).toMatchObject({ bounds: { minX: 82, minY: 68, maxX: 142, maxY: 72 } })
    rig.up(140, 70)
    expect(rig.entries).toHaveLength(1)
    expect(rig.entries[0]).toMatchObject({
      command: 'createMask',
      edits: [{ op: 'create', annotation: { classId: rig.editor.pen.classId, z: 4 } }],
    })
    expect(maskOf(rig, only(rig))).toMatchObject({ x: 78, y: 68, w: 64, h: 4 })
    expect(maskArea(maskOf(rig, only(rig)))).toBe(64 * 4)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('more strokes go into the same mask and grow its window in every direction', () => {
    const rig = start()
    rig.drag([80, 70], [90, 70])
    const id = only(rig)
    rig.drag([60, 60], [100, 96])
    rig.click(2, 2)
    expect(only(rig)).toBe(id)
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createMask', 'paintMask', 'paintMask'])
    expect(maskOf(rig, id)).toMatchObject({ x: 0, y: 0, w: 102, h: 98 })
    expect(isIn(rig, id, 80.5, 78.5)).toBe(true)
    expect(isIn(rig, id, 30.5, 30.5)).toBe(false)
  })

  it('stays within the picture; painting wholly outside of it, or what is painted already, is no gesture', () => {
    const rig = start()
    rig.drag([190, 90], [400, 300])
    expect(maskOf(rig, only(rig))).toMatchObject({ x: 188, w: 12 })
    expect(rig.entries).toHaveLength(1)
    rig.click(191, 91)
    rig.drag([500, 500], [600, 500])
    expect(rig.entries).toHaveLength(1)
  })

  it('erases with the right button, with Ctrl and by choice; the eraser of an eraser paints', () => {
    const rig = start()
    const { mask } = rig.ids
    rig.right(160, 70)
    rig.up(160, 70)
    expect(only(rig)).toBe(mask)
    expect(isIn(rig, mask, 160.5, 70.5)).toBe(false)
    rig.click(154, 64, { mod: true })
    rig.editor.setSettings({ brush: { erase: true } })
    rig.click(166, 76)
    expect(maskArea(maskOf(rig, mask))).toBe(400 - 3 * 16)
    rig.right(160, 70)
    rig.up(160, 70)
    expect(maskArea(maskOf(rig, mask))).toBe(400 - 2 * 16)
    expect(rig.entries.map((entry) => entry.command)).toEqual(['eraseMask', 'eraseMask', 'eraseMask', 'paintMask'])
  })

  it('a mask with nothing left is deleted, undo brings the very record back; where nothing is hit nothing happens', () => {
    const rig = start({ size: 60 })
    const before = rig.editor.records.inOrder()
    rig.right(160, 70)
    rig.up(160, 70)
    expect(rig.entries[0]).toMatchObject({ command: 'eraseMask', edits: [{ op: 'delete', id: rig.ids.mask }] })
    expect(rig.editor.selection.size).toBe(0)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    rig.editor.select([])
    rig.right(100, 80)
    expect(rig.host.stateName).toBe('idle')
    rig.up(100, 80)
    rig.editor.select([rig.ids.mask])
    rig.right(20, 20)
    rig.up(20, 20)
    expect(rig.entries).toHaveLength(1)
  })

  it('Shift goes straight on from where the last stroke ended, and shows where to', () => {
    const rig = start()
    rig.drag([20, 80], [30, 80])
    rig.move(90, 80, { shift: true })
    expect(rig.editor.gesture.draft).toEqual({ kind: 'brushLine', from: { x: 30, y: 80 }, to: { x: 90, y: 80 } })
    rig.click(90, 80, { shift: true })
    expect(maskOf(rig, only(rig))).toMatchObject({ x: 18, y: 78, w: 74, h: 4 })
    rig.move(95, 80)
    expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
  })

  it('an outline drawn point by point is filled, or cut out with Ctrl; Backspace takes a point back', () => {
    const rig = start({ tip: 'polygon' })
    rig.click(80, 60)
    rig.click(120, 60)
    rig.click(150, 99)
    rig.host.key({ type: 'back' })
    rig.click(120, 90)
    rig.click(80, 90)
    rig.click(80, 60)
    const id = only(rig)
    expect(maskArea(maskOf(rig, id))).toBe(40 * 30)
    rig.click(90, 70, { mod: true })
    rig.click(110, 70)
    rig.click(110, 85)
    rig.click(90, 85)
    rig.host.key({ type: 'finish' })
    expect(maskArea(maskOf(rig, id))).toBe(40 * 30 - 20 * 15)
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createMask', 'eraseMask'])
  })

  it('an outline drawn in one go is closed when the button is let go', () => {
    const rig = start({ tip: 'polygon' })
    rig.down(80, 60)
    for (const [x, y] of [
      [100, 60],
      [120, 60],
      [120, 90],
      [80, 90],
    ] as const)
      rig.move(x, y)
    rig.up(80, 90)
    expect(rig.host.stateName).toBe('idle')
    expect(maskArea(maskOf(rig, only(rig)))).toBe(40 * 30)
  })

  it('an outline that spans nothing is not finished; taking all its points back ends it', () => {
    const rig = start({ tip: 'polygon' })
    rig.click(80, 60)
    rig.click(90, 60)
    rig.host.key({ type: 'finish' })
    expect(rig.host.stateName).toBe('outlining')
    rig.host.key({ type: 'back' })
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.entries).toEqual([])
  })

  it('a right click takes a point of an outline back; of one that it began itself, to erase, it draws on', () => {
    const rig = start({ tip: 'polygon' })
    for (const [x, y] of [
      [80, 60],
      [100, 60],
      [100, 80],
    ] as const)
      rig.click(x, y)
    const rightClick = (x: number, y: number): void => {
      rig.right(x, y)
      rig.up(x, y)
    }
    rightClick(30, 90)
    expect(rig.editor.gesture.draft).toMatchObject({
      points: [
        { x: 80, y: 60 },
        { x: 100, y: 60 },
      ],
    })
    rightClick(30, 90)
    rightClick(30, 90)
    expect([rig.host.stateName, rig.entries]).toEqual(['idle', []])
    for (const [x, y] of [
      [152, 62],
      [160, 62],
      [160, 70],
    ] as const)
      rightClick(x, y)
    expect(rig.editor.gesture.draft).toMatchObject({ points: { length: 3 } })
  })

  it('draws by keys alone: Enter puts the brush down and lifts it, arrows move it', () => {
    const rig = start()
    rig.editor.gesture.setPointer({ x: 80, y: 70 })
    rig.host.key({ type: 'nudge', dx: 2, dy: 0, grow: false })
    rig.host.key({ type: 'finish' })
    expect(rig.host.stateName).toBe('painting')
    for (let i = 0; i < 3; i++) rig.host.key({ type: 'nudge', dx: 10, dy: 0, grow: false })
    rig.host.key({ type: 'finish' })
    expect(maskOf(rig, only(rig))).toMatchObject({ x: 80, y: 68, w: 34, h: 4 })
  })

  it('the wheel changes the size, with Ctrl it zooms; the other way round by choice', () => {
    const rig = start({ size: 100 })
    const wheel = (deltaY: number, alt: boolean, mod: boolean) => rig.host.wheel({ x: 50, y: 50 }, 0, deltaY, { shift: false, alt, mod })
    wheel(-100, false, false)
    expect(rig.editor.settings.brush.size).toBeCloseTo(116)
    wheel(100, false, false)
    expect(rig.editor.settings.brush.size).toBeCloseTo(100)
    expect(rig.editor.camera.scale).toBe(1)
    wheel(-100, false, true)
    expect(rig.editor.camera.scale).toBeGreaterThan(1)
    rig.editor.setSettings({ brush: { wheelSizes: false, size: 1 } })
    const { scale } = rig.editor.camera
    wheel(-100, false, false)
    expect(rig.editor.camera.scale).toBeGreaterThan(scale)
    wheel(-100, true, false)
    expect(rig.editor.settings.brush.size).toBe(2)
  })

  it('a pen pressed lightly draws thinner, when that is wanted', () => {
    const rig = start({ size: 20, pressure: true })
    rig.click(80, 70, { pressure: 0.2 })
    expect(maskOf(rig, only(rig))).toMatchObject({ w: 4, h: 4 })
  })
})

/** The picture of the rig with masks of two classes beside each other, and a void one. */
function crowded(brush: SettingsPatch['brush']): Rig & { readonly own: Id; readonly other: Id; readonly nothing: Id } {
  const rig = start(brush)
  const { editor } = rig
  const full = (x: number): MaskShape => maskFromBits(new Uint8Array(400).fill(1), { x, y: 70, w: 20, h: 20 })
  const [own, other, nothing, otherClass] = [editor.newId(), editor.newId(), editor.newId(), editor.newId()]
  const base: Omit<Annotation, 'id' | 'shape'> = {
    itemId: editor.itemId!,
    classId: editor.pen.classId,
    region: 'object',
    attributes: {},
    provenance: { kind: 'human' },
    z: 0,
    rev: 1,
  }
  editor.open(
    editor.itemId!,
    editor.image,
    1,
    [
      { ...base, id: own, shape: full(0) },
      { ...base, id: other, classId: otherClass, z: 1, shape: full(40) },
      { ...base, id: nothing, classId: null, region: 'void', z: 2, shape: full(80) },
    ],
    [],
  )
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  return { ...rig, own, other, nothing }
}

describe('painting among others', () => {
  const across = (rig: Rig): void => rig.drag([2, 80], [120, 80])

  it('covers them, and goes to the front when it would be hidden', () => {
    const rig = crowded({})
    rig.editor.select([rig.own])
    across(rig)
    expect(rig.entries[0]!.edits).toMatchObject([{ op: 'update', id: rig.own, patch: { z: 3 } }])
    expect(isIn(rig, rig.own, 50, 80)).toBe(true)
    expect(maskArea(maskOf(rig, rig.other))).toBe(400)
    rig.drag([2, 75], [120, 75])
    expect(rig.entries[1]!.edits).toMatchObject([{ op: 'update', patch: { shape: { kind: 'mask' } } }])
    expect(rig.editor.records.get(rig.own)?.z).toBe(3)
  })

  it('protects other classes', () => {
    const rig = crowded({ over: 'ownClass' })
    across(rig)
    const id = only(rig)
    expect([10, 30, 50, 70, 90].map((x) => isIn(rig, id, x, 80))).toEqual([true, true, false, true, true])
  })

  it('paints only what no object has, and claims it from void', () => {
    const rig = crowded({ over: 'free' })
    const before = rig.editor.records.inOrder()
    across(rig)
    const id = only(rig)
    expect([10, 30, 50, 70, 90].map((x) => isIn(rig, id, x, 80))).toEqual([false, true, false, true, true])
    expect(isIn(rig, rig.nothing, 90, 80)).toBe(false)
    expect(maskArea(maskOf(rig, rig.nothing))).toBe(400 - 20 * 4)
    expect(rig.entries).toHaveLength(1)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('takes what it covers from the other masks in the same entry, and deletes those it covers whole', () => {
    const rig = crowded({ cut: true })
    const before = rig.editor.records.inOrder()
    across(rig)
    expect(rig.entries).toHaveLength(1)
    for (const id of [rig.own, rig.other, rig.nothing]) expect(isIn(rig, id, maskOf(rig, id).x + 10, 80)).toBe(false)
    rig.editor.setSettings({ brush: { size: 60 } })
    rig.click(50, 80)
    expect(rig.editor.records.has(rig.other)).toBe(false)
    expect(rig.entries).toHaveLength(2)
    rig.undoLast(before.filter((record) => record.id === rig.other))
  })

  it('leaves locked masks as they are, and paints all the same', () => {
    const rig = crowded({ cut: true })
    rig.editor.commitPatches('lock', new Map([[rig.other, { locked: true }]]))
    across(rig)
    expect(maskArea(maskOf(rig, rig.other))).toBe(400)
    expect(isIn(rig, only(rig), 50, 80)).toBe(true)
  })

  it('does not begin on a locked mask, and erases the one beneath it', () => {
    let held = 0
    const rig = createRig({ held: () => held++ })
    const { editor, host, ids } = rig
    host.choose('brush')
    rig.click(160, 70)
    const [upper] = editor.selection
    editor.commitPatches('lock', new Map([[upper!, { locked: true }]]))
    const before = rig.content()
    rig.click(160, 70)
    expect([held, host.stateName, rig.content()]).toEqual([1, 'idle', before])
    editor.select([])
    rig.click(160, 70, { mod: true })
    expect(rig.entries.at(-1)).toMatchObject({ command: 'eraseMask', edits: [{ id: ids.mask }] })
    editor.commitPatches('lock', new Map([[ids.mask, { locked: true }]]))
    editor.select([])
    for (const perClass of [false, true]) {
      editor.setSettings({ brush: { perClass } })
      rig.click(160, 70, { mod: true })
      expect([editor.selection.size, rig.entries.at(-1)?.command]).toEqual([0, 'lock'])
    }
    expect(held).toBe(3)
    rig.click(160, 70)
    expect(rig.entries.at(-1)).toMatchObject({ command: 'createMask' })
  })

  it('paints the mask of the chosen class wherever, when told to', () => {
    const rig = crowded({ perClass: true })
    rig.editor.select([rig.other])
    rig.click(150, 20)
    expect(only(rig)).toBe(rig.own)
    expect(isIn(rig, rig.own, 150, 20)).toBe(true)
    rig.editor.pen.setClass(rig.editor.newId())
    rig.click(150, 40)
    expect(rig.entries.map((entry) => entry.command)).toEqual(['paintMask', 'createMask'])
  })
})

describe('a selected polygon', () => {
  it('is left alone by default: a new mask is painted', () => {
    const rig = start()
    rig.editor.select([rig.ids.polygon])
    rig.click(130, 30)
    expect(only(rig)).not.toBe(rig.ids.polygon)
    expect(rig.shape(rig.ids.polygon)?.kind).toBe('polygon')
  })

  it('becomes a mask in the same entry when that is wanted; undo gives the polygon back', () => {
    const rig = start({ convert: true })
    const before = rig.editor.records.inOrder()
    rig.editor.select([rig.ids.polygon])
    rig.click(160, 30)
    expect(only(rig)).toBe(rig.ids.polygon)
    expect(maskArea(maskOf(rig, rig.ids.polygon))).toBe(60 * 40 + 2 * 4)
    expect(rig.entries).toHaveLength(1)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })
})
