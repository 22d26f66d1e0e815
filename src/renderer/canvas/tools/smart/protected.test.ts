import { describe, expect, it } from 'vitest'
import { maskArea, maskFromBits, maskHit } from '../../../../shared/geometry/rle.ts'
import { shapeArea } from '../../../../shared/geometry/shapes.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { MaskShape, Shape } from '../../../../shared/model/shape.ts'
import type { EditorPorts } from '../../engine/editor.ts'
import type { SettingsPatch } from '../../engine/settings.ts'
import { FloodSegmenter } from '../../wand/floodSegmenter.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const square = (x: number, y: number, w: number, h: number): MaskShape => maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h })
/** The model finds this square of 40: what a wand finds as well. */
const found = square(100, 50, 40, 40)
const color = (x: number, y: number): readonly [number, number, number] =>
  x >= 100 && x < 140 && y >= 50 && y < 90 ? [40, 40, 200] : [128, 128, 128]
const outline = (x: number, y: number, w: number, h: number): Shape => ({
  kind: 'polygon',
  parts: [
    {
      outer: [
        [x, y],
        [x + w, y],
        [x + w, y + h],
        [x, y + h],
      ],
      holes: [],
    },
  ],
})

interface OverRig extends Rig {
  readonly own: readonly Id[]
  find(): void
  /** One click of smart select, or of the wand, and what it takes to keep what it finds. */
  keep(tool?: 'smart' | 'wand'): void
}

/** These records only; the left half of what is found lies on the first of them. */
function over(
  records: readonly (Partial<Annotation> & { readonly shape: Shape })[],
  settings: SettingsPatch,
  ports: Partial<EditorPorts> = {},
): OverRig {
  const rig = createRig(ports)
  const { editor, host } = rig
  const model = new FloodSegmenter({ width: 200, height: 100 }, color)
  editor.finders.segmenter = model
  editor.finders.flood = {
    seed: () => undefined,
    region: () => ({ exact: true, pixels: { x: 100, columns: Array.from({ length: 40 }, () => [50, 90]) } }),
    drop: () => undefined,
  } as unknown as NonNullable<typeof editor.finders.flood>
  const own = records.map(() => editor.newId())
  const base = { classId: editor.pen.classId, region: 'object', attributes: {}, provenance: { kind: 'human' }, rev: 1 } as const
  const list = records.map((record, z): Annotation => ({ id: own[z]!, itemId: editor.itemId!, ...base, z, ...record }))
  editor.open(editor.itemId!, editor.image, 1, list, [])
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  editor.setSettings({ ...settings, smart: { hover: false, ...settings.smart } })
  const find = (): void => {
    host.choose('smart')
    rig.click(110, 80)
    host.key({ type: 'segmented', answer: model.answer() })
  }
  return {
    ...rig,
    own,
    find,
    keep(tool = 'smart') {
      if (tool === 'smart') {
        find()
        host.key({ type: 'finish' })
      } else {
        host.choose('wand')
        rig.click(110, 80)
      }
    },
  }
}
const other = createRig().editor.newId()
const left = square(90, 40, 30, 60)
const shapes = (rig: Rig): Shape[] => rig.editor.records.inOrder().map(({ shape }) => shape)

describe('smart select obeys what may be painted over', () => {
  const cases: Readonly<
    Record<string, readonly [(Partial<Annotation> & { readonly shape: Shape })[], NonNullable<SettingsPatch['brush']>]>
  > = {
    'over everything': [[{ shape: left, classId: other }], { over: 'all' }],
    'what is painted over is taken from other masks': [[{ shape: left, classId: other }], { over: 'all', cut: true }],
    'but not from locked ones': [[{ shape: left, classId: other, locked: true }], { over: 'all', cut: true }],
    'masks of other classes are protected': [[{ shape: left, classId: other }, { shape: square(130, 50, 5, 5) }], { over: 'ownClass' }],
    'polygons of other classes are protected': [[{ shape: outline(90, 40, 30, 60), classId: other }], { over: 'ownClass', cut: true }],
    'only over void': [[{ shape: left }, { shape: square(125, 60, 30, 10), region: 'void' }], { over: 'free' }],
    'locked void keeps its pixels': [[{ shape: left, region: 'void', locked: true }], { over: 'free' }],
    'void of a box is taken': [[{ shape: { kind: 'box', x: 90, y: 40, w: 30, h: 60 }, region: 'void' }], { over: 'free' }],
    'locked void that is painted over': [[{ shape: left, region: 'void', locked: true }], { over: 'all' }],
  }
  for (const [name, [records, brush]] of Object.entries(cases)) {
    it(`as the magic wand does: ${name}`, () => {
      const told = { smart: 0, wand: 0 }
      const rigs = (['smart', 'wand'] as const).map((tool) => {
        const rig = over(records, { brush }, { voidKept: () => told[tool]++ })
        rig.keep(tool)
        return rig
      })
      const [smart, wand] = rigs as [OverRig, OverRig]
      expect(shapes(smart)).toEqual(shapes(wand))
      expect(smart.entries[0]!.edits.map(({ op }) => op)).toEqual(wand.entries[0]!.edits.map(({ op }) => op))
      expect(told.smart).toBe(told.wand)
      expect(told.smart).toBe(name.startsWith('locked void') ? 1 : 0)
    })
  }

  it('shows what would be kept, also when the rule changes meanwhile; one entry, which undo takes back', () => {
    const rig = over([{ shape: left, classId: other }], { brush: { over: 'ownClass', cut: false } })
    const before = rig.editor.records.inOrder()
    rig.find()
    const shown = (): number => {
      const { draft } = rig.editor.gesture
      return draft.kind === 'smart' && draft.mask ? maskArea(draft.mask) : 0
    }
    expect(shown()).toBe(20 * 40)
    rig.editor.setSettings({ brush: { over: 'all', cut: true } })
    expect(shown()).toBe(40 * 40)
    rig.host.key({ type: 'finish' })
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([['smartNew', 2]])
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it.each(['add', 'replace'] as const)('%s leaves protected pixels to their owners', (result) => {
    const mine = square(130, 0, 10, 10)
    const rig = over([{ shape: left, classId: other }, { shape: mine }], { brush: { over: 'ownClass' }, smart: { result } })
    rig.editor.select([rig.own[1]!])
    // A replacement begins from the region itself, which the model of this test takes as told.
    rig.find()
    rig.host.key({ type: 'finish' })
    const shape = rig.shape(rig.own[1]!)
    if (shape?.kind !== 'mask') throw new Error('it is no mask')
    expect([maskHit(shape, 110.5, 60.5), maskHit(shape, 130.5, 60.5)]).toEqual([false, true])
    expect(rig.shape(rig.own[0]!)).toEqual(left)
  })

  it('a new object that begins from the selected one is of its class', () => {
    const rig = over(
      [
        { shape: left, classId: other },
        { shape: square(110, 60, 8, 8), classId: other },
      ],
      { brush: { over: 'ownClass' } },
    )
    rig.editor.select([rig.own[1]!])
    rig.host.choose('smart')
    rig.host.key({ type: 'finish' })
    const segmenter = rig.editor.finders.segmenter as FloodSegmenter
    rig.host.key({
      type: 'segmented',
      answer: { ...segmenter.answer(), kind: 'found', modelId: 'm', modelName: 'm', candidates: [{ token: '0', iou: 1, mask: found }] },
    })
    rig.host.key({ type: 'finish' })
    expect(shapeArea(rig.editor.single!.shape)).toBe(40 * 40)
  })

  it('a polygon stays one, and shares its border with the protected polygon', () => {
    const rig = over([{ shape: outline(90, 40, 30, 60), classId: other }], {
      brush: { over: 'ownClass' },
      smart: { output: 'polygon', tolerancePx: 1 },
    })
    rig.keep()
    const { shape } = rig.editor.single!
    expect([shape.kind, shapeArea(shape)]).toEqual(['polygon', 20 * 40])
  })

  it('where all of it is protected, nothing is kept, which is said, and the clicks stay', () => {
    const said: string[] = []
    const rig = over(
      [{ shape: square(90, 40, 60, 60), classId: other }],
      { brush: { over: 'ownClass' } },
      { nothing: (what) => said.push(what) },
    )
    rig.keep()
    expect([rig.entries, said, rig.host.stateName]).toEqual([[], ['smartNew'], 'showing'])
    expect(rig.editor.gesture.draft).toMatchObject({ kind: 'smart', state: 'known', shape: null, proposals: [0.9, 0.7, 0.6] })
  })
})
