import { describe, expect, it } from 'vitest'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import { setLocked } from '../../engine/groups.ts'
import { selectionFrame } from '../../engine/frame.ts'
import { turnSelection } from '../../engine/turn.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

/** Frames stand 12 px outside of what they hold, the knob 22 px above them. */
const away = 12
const knob = 34

const several = (): Rig => {
  const rig = createRig()
  rig.editor.select([rig.ids.small, rig.ids.polygon])
  return rig
}

/** With the frame of single shapes switched on. */
const alone = (id: 'polygon' | 'mask'): Rig => {
  const rig = createRig()
  rig.editor.setSettings({ aids: { frame: true } })
  rig.editor.select([rig.ids[id]])
  return rig
}

const bounds = (rig: Rig): Bounds => selectionFrame(rig.editor)!.bounds
const extent = ({ minX, minY, maxX, maxY }: Bounds): number[] => [minX, minY, maxX, maxY]
const extentOf = (rig: Rig, id: keyof Rig['ids']): number[] => extent(shapeBounds(rig.shape(rig.ids[id])!))
const snapshot = (rig: Rig): readonly Annotation[] => [...rig.editor.records.inOrder()]

describe('the frame around a selection', () => {
  it('stands around several objects; around one polygon, line or mask only where it is wished for, and never around one box', () => {
    const rig = several()
    expect(extent(bounds(rig))).toEqual([20, 10, 160, 50])
    for (const id of ['polygon', 'mask', 'box'] as const) {
      rig.editor.select([rig.ids[id]])
      expect(selectionFrame(rig.editor), id).toBeNull()
    }
    expect(alone('polygon').editor && extent(bounds(alone('polygon')))).toEqual([100, 10, 160, 50])
    expect(extent(bounds(alone('mask')))).toEqual([150, 60, 170, 80])
    rig.editor.setSettings({ aids: { frame: true } })
    rig.editor.select([rig.ids.box])
    expect(selectionFrame(rig.editor)).toBeNull()
  })

  it('holds nothing that is locked, and masks only where that is wished for', () => {
    const rig = createRig()
    rig.editor.select([rig.ids.small, rig.ids.polygon, rig.ids.mask])
    expect(extent(bounds(rig))).toEqual([20, 10, 160, 50])
    rig.editor.setSettings({ aids: { frame: true } })
    expect(extent(bounds(rig))).toEqual([20, 10, 170, 80])
    setLocked(rig.editor, rig.ids.polygon, true)
    expect(extent(bounds(rig))).toEqual([20, 20, 170, 80])
  })

  it('sizes all of it as one entry; the opposite handle stays, undo brings the exact records back', () => {
    const rig = several()
    const before = snapshot(rig)
    rig.drag([160 + away, 50 + away], [90 + away, 30 + away])
    expect(extentOf(rig, 'small')).toEqual([20, 15, 25, 20])
    expect(extentOf(rig, 'polygon')).toEqual([60, 10, 90, 30])
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([['resize', 2]])
    expect(rig.host.stateName).toBe('idle')
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('keeps the proportion with Shift, the centre with Alt, both with both', () => {
    const shift = several()
    shift.drag([160 + away, 50 + away], [90 + away, 45 + away], { shift: true })
    expect(extent(bounds(shift))).toEqual([20, 10, 142.5, 45])
    const alt = several()
    alt.drag([20 - away, 30], [34 - away, 30], { alt: true })
    expect(extent(bounds(alt))).toEqual([34, 10, 146, 50])
    const both = several()
    both.drag([20 - away, 30], [55 - away, 30], { alt: true, shift: true })
    expect(extent(bounds(both))).toEqual([55, 20, 125, 40])
  })

  it('goes no further than the picture, and not below a pixel', () => {
    const rig = several()
    rig.drag([160 + away, 50 + away], [400, 400])
    expect(extent(bounds(rig))).toEqual([20, 10, 200, 100])
    const small = alone('polygon')
    small.drag([160 + away, 50 + away], [100.4 + away, 30 + away])
    expect(small.entries).toEqual([])
  })

  it('turned over with Shift, it stays in the picture and in proportion', () => {
    const rig = several()
    rig.drag([160 + away, 50 + away], [-120, 50 + away], { shift: true })
    expect(extent(bounds(rig)).map((n) => Math.round(n * 10) / 10)).toEqual([0, 10, 20, 15.7])
  })

  it('turns all of it, with Shift in steps of 15 degrees; boxes stay upright', () => {
    const rig = several()
    const before = snapshot(rig)
    rig.drag([90, 10 - knob], [130, 30], { shift: true })
    expect(rig.entries).toEqual([])
    // Upside down it stays in the picture.
    rig.drag([90, 10 - knob], [92, 90], { shift: true })
    expect(extentOf(rig, 'small')).toEqual([150, 30, 160, 40])
    expect(extentOf(rig, 'polygon')).toEqual([20, 10, 80, 50])
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([['turn', 2]])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    const free = alone('polygon')
    free.drag([130, 10 - knob], [142, 10 - knob], { shift: true })
    expect(extentOf(free, 'polygon').map((n) => Math.round(n))).toEqual([96, 3, 164, 57])
    free.drag([130, 3 - knob], [200, 30], { shift: true })
    // Cut at the border of the picture.
    expect(extentOf(free, 'polygon')[1]).toBe(0)
  })

  it('shows masks as outlines while they are sized, and says that their pixels are new ones', () => {
    const told: string[] = []
    const rig = createRig({ resampled: () => told.push('resampled') })
    rig.editor.setSettings({ aids: { frame: true } })
    rig.editor.select([rig.ids.mask])
    rig.down(170 + away, 80 + away)
    rig.move(180 + away, 80 + away)
    const { draft } = rig.editor.gesture
    expect(draft.kind === 'reshape' && [...draft.shapes.values()].map(({ kind }) => kind)).toEqual(['polygon'])
    expect(told).toEqual([])
    rig.up(180 + away, 80 + away)
    expect(rig.shape(rig.ids.mask)).toMatchObject({ kind: 'mask', x: 150, y: 60, w: 30, h: 20 })
    expect(told).toEqual(['resampled'])
    rig.drag([160, 70], [150, 75])
    expect(rig.shape(rig.ids.mask)).toMatchObject({ x: 140, y: 65, w: 30, h: 20 })
    expect(told).toEqual(['resampled'])
  })

  it('is left as it was by a click on a handle, and by cancel from every state', () => {
    const rig = several()
    rig.click(160 + away, 50 + away)
    rig.click(90, 10 - knob)
    const before = rig.content()
    const cases: readonly (readonly [readonly [number, number], readonly [number, number], string])[] = [
      [[160 + away, 50 + away], [120, 40], 'sizingFrame'],
      [[90, 10 - knob], [130, 30], 'turningFrame'],
    ]
    for (const [from, to, state] of cases) {
      rig.move(...from)
      rig.down(...from)
      expect(rig.host.stateName).toBe(state)
      rig.move(...to)
      expect(rig.editor.gesture.draft.kind).toBe('reshape')
      rig.host.cancel()
      rig.up(...to)
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft.kind).toBe('none')
    }
    expect(rig.content()).toEqual(before)
    expect(rig.entries).toEqual([])
  })

  it('does not begin while nothing may be changed', () => {
    let denied = 0
    const rig = createRig({ denied: () => void denied++ })
    rig.editor.select([rig.ids.small, rig.ids.polygon])
    rig.editor.setReadOnly(true)
    rig.drag([160 + away, 50 + away], [120, 40])
    rig.drag([90, 10 - knob], [130, 30])
    expect([rig.entries.length, denied]).toEqual([0, 2])
  })

  it('is turned by keys around its middle, a single shape with a direction without its frame too', () => {
    const rig = several()
    expect(turnSelection(rig.editor, Math.PI)).toBe(true)
    expect(extentOf(rig, 'polygon')).toEqual([20, 10, 80, 50])
    rig.editor.select([rig.ids.polygon])
    expect(turnSelection(rig.editor, Math.PI / 2)).toBe(true)
    expect(extentOf(rig, 'polygon')).toEqual([30, 0, 70, 60])
    rig.editor.select([rig.ids.mask])
    expect(turnSelection(rig.editor, Math.PI / 2)).toBe(false)
    expect(rig.entries.map(({ command }) => command)).toEqual(['turn', 'turn'])
  })
})
