import { describe, expect, it } from 'vitest'
import { spansContain } from '../../../../shared/geometry/pixels.ts'
import { strokePixels } from '../../engine/stroke.ts'
import { paintedShape } from '../../../../shared/geometry/rasterize.ts'
import { maskArea, maskFromBits, maskHit } from '../../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { MaskShape, Shape } from '../../../../shared/model/shape.ts'
import type { SettingsPatch } from '../../engine/settings.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

const rectangle = (x: number): Shape => ({
  kind: 'polygon',
  parts: [
    {
      outer: [
        [x, 70],
        [x + 20, 70],
        [x + 20, 90],
        [x, 90],
      ],
      holes: [],
    },
  ],
})
const square = (x: number): MaskShape => maskFromBits(new Uint8Array(400).fill(1), { x, y: 70, w: 20, h: 20 })

/** The picture of the rig with these records only, and a square brush of 4. */
function among(
  records: readonly (Partial<Annotation> & { readonly shape: Shape })[],
  brush: SettingsPatch['brush'],
  ports: Parameters<typeof createRig>[0] = {},
): Rig & { readonly own: readonly Id[] } {
  const rig = createRig(ports)
  const { editor } = rig
  const own = records.map(() => editor.newId())
  const base = { classId: editor.pen.classId, region: 'object', attributes: {}, provenance: { kind: 'human' }, rev: 1 } as const
  const list = records.map((record, z): Annotation => ({ id: own[z]!, itemId: editor.itemId!, ...base, z, ...record }))
  editor.open(editor.itemId!, editor.image, 1, list, [])
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  editor.setSettings({ brush: { size: 4, tip: 'square', ...brush } })
  rig.host.choose('brush')
  return { ...rig, own }
}
const across = (rig: Rig): void => rig.drag([2, 80], [150, 80])
const isIn = (rig: Rig, id: Id, x: number): boolean => {
  const shape = rig.shape(id)
  return shape?.kind === 'mask' && maskHit(shape, x + 0.5, 80.5)
}
const painted = (rig: Rig, ...xs: number[]): boolean[] => xs.map((x) => isIn(rig, rig.editor.single!.id, x))

describe('only over void', () => {
  const voids: Readonly<Record<string, Shape>> = {
    mask: square(80),
    polygon: rectangle(80),
    box: { kind: 'box', x: 80, y: 70, w: 20, h: 20 },
    'rotated box': { kind: 'rotatedBox', cx: 90, cy: 80, w: 20, h: 20, angleRad: Math.PI / 2 },
  }
  for (const [name, shape] of Object.entries(voids)) {
    it(`what is painted is taken from a void ${name} in the same entry; undo restores the exact records`, () => {
      const rig = among([{ shape, region: 'void', classId: null }], { over: 'free' })
      const before = rig.editor.records.inOrder()
      across(rig)
      expect(rig.entries.map(({ edits }) => edits.map(({ op }) => op))).toEqual([['create', 'update']])
      expect(painted(rig, 60, 90)).toEqual([true, true])
      const left = rig.shape(rig.own[0]!)
      expect(left?.kind === 'mask' && [maskArea(left), maskHit(left, 90.5, 80.5)]).toEqual([400 - 20 * 4, false])
      rig.undoLast(before)
      expect(rig.content()).toEqual(withoutRevs(before))
    })

    it(`a void ${name} that is painted whole goes, one beside the stroke stays as it is`, () => {
      const rig = among([{ shape, region: 'void' }], { over: 'free' })
      rig.drag([10, 20], [150, 20])
      expect(rig.entries.map(({ edits }) => edits.length)).toEqual([1])
      rig.editor.setSettings({ brush: { size: 60 } })
      rig.click(90, 80)
      expect(rig.editor.records.has(rig.own[0]!)).toBe(false)
    })
  }

  it('void that is locked or hidden keeps its pixels, as objects do: they would be void all the same', () => {
    const hidden = createRig().editor.newId()
    const shapes = [rectangle(20), voids['box']!, square(120)]
    const records = shapes.map(
      (shape, i) => ({ shape, region: 'void', ...(i === 0 ? { locked: true } : i === 2 ? { classId: hidden } : {}) }) as const,
    )
    const rig = among(records, { over: 'free' })
    rig.editor.setLook({ hiddenClasses: new Set([hidden]) })
    rig.down(2, 80)
    rig.move(150, 80)
    const { draft } = rig.editor.gesture
    const shown = draft.kind === 'stroke' ? strokePixels(draft.stroke) : null
    expect([10, 30, 90, 130].map((x) => shown && spansContain(shown, x, 80))).toEqual([true, false, true, false])
    rig.up(150, 80)
    expect(painted(rig, 10, 30, 90, 130)).toEqual([true, false, true, false])
    expect([rig.shape(rig.own[0]!), rig.shape(rig.own[2]!)]).toEqual([shapes[0], shapes[2]])
  })

  it.each(['all', 'ownClass', 'free'] as const)(
    'painting over locked void is said, over void beside it or that is free it is not (%s)',
    (over) => {
      let said = 0
      const rig = among(
        [
          { shape: square(20), region: 'void', locked: true },
          { shape: square(100), region: 'void' },
        ],
        { over },
        { voidKept: () => said++ },
      )
      rig.drag([60, 80], [150, 80])
      expect(said).toBe(0)
      across(rig)
      expect([said, rig.shape(rig.own[0]!)]).toEqual([1, square(20)])
    },
  )

  it('void painted over void takes nothing from it', () => {
    const rig = among([{ shape: voids['polygon']!, region: 'void' }], { over: 'free' })
    rig.editor.pen.setDrawsVoid(true)
    across(rig)
    expect(rig.entries.map(({ edits }) => edits.map(({ op }) => op))).toEqual([['create']])
    expect(paintedShape(rig.editor.records.get(rig.own[0]!)!)).toEqual(voids['polygon'])
  })
})

describe('protecting other classes', () => {
  it('void has no class of its own: the class chosen last is protected like the others', () => {
    const other = createRig().editor.newId()
    const rig = among([{ shape: square(20) }, { shape: square(60), classId: other }, { shape: square(100), region: 'void' }], {
      over: 'ownClass',
    })
    rig.editor.pen.setDrawsVoid(true)
    across(rig)
    expect(rig.editor.single?.region).toBe('void')
    expect(painted(rig, 10, 30, 70, 110)).toEqual([true, false, false, true])
    rig.editor.select([rig.own[2]!])
    rig.drag([100, 75], [22, 75])
    expect(painted(rig, 30, 50, 70, 110)).toEqual([false, false, false, true])
    expect(rig.entries.at(-1)).toMatchObject({ command: 'paintMask', edits: [{ id: rig.own[2] }] })
  })
})

describe('what is painted is seen', () => {
  const hide = (rig: Rig, how: 'class' | 'object' | 'masks'): void =>
    rig.editor.setLook(
      how === 'masks'
        ? { masks: false }
        : how === 'class'
          ? { hiddenClasses: new Set([rig.editor.pen.classId!]) }
          : { hiddenIds: rig.editor.selection },
    )

  for (const how of ['class', 'object', 'masks'] as const) {
    it(`${how} hidden: a selected mask is shown again when it is painted into or erased from`, () => {
      for (const mod of [false, true]) {
        const rig = among([{ shape: square(20) }], {})
        rig.editor.select(rig.own)
        hide(rig, how)
        expect(rig.editor.painted()).toEqual([])
        rig.drag([30, 80], [60, 80], { mod })
        expect(rig.editor.painted().map(({ id }) => id)).toEqual(rig.own)
      }
    })
  }

  it('a new mask of a hidden class shows the class; with one mask per class the hidden one is gone on with', () => {
    const rig = among([{ shape: square(20) }], {})
    hide(rig, 'class')
    rig.drag([100, 80], [120, 80])
    expect(rig.editor.painted()).toHaveLength(2)
    const other = among([{ shape: square(20) }], { perClass: true })
    hide(other, 'class')
    other.drag([100, 80], [120, 80])
    expect(other.entries.map(({ command }) => command)).toEqual(['paintMask'])
    expect(other.editor.painted().map(({ id }) => id)).toEqual(other.own)
  })
})
