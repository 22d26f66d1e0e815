import { describe, expect, it } from 'vitest'
import { maskArea, maskFromBits } from '../../../../shared/geometry/rle.ts'
import { shapeArea, shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Shape } from '../../../../shared/model/shape.ts'
import type { SmartDraft } from '../../engine/draft.ts'
import type { EditorPorts } from '../../engine/editor.ts'
import type { SegmentAnswer } from '../../engine/segmenter.ts'
import type { SettingsPatch } from '../../engine/settings.ts'
import { FloodSegmenter } from '../../wand/floodSegmenter.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

/** Grey, with a blue square of 40 at (100, 55) that has a lighter one of 10 in it at (110, 65), and a red square of 20 beside it at (170, 20). */
function color(x: number, y: number): readonly [number, number, number] {
  if (x >= 110 && x < 120 && y >= 65 && y < 75) return [90, 90, 220]
  if (x >= 100 && x < 140 && y >= 55 && y < 95) return [40, 40, 200]
  return x >= 170 && x < 190 && y >= 20 && y < 40 ? [220, 20, 20] : [128, 128, 128]
}
const [outer, red] = [40 * 40, 20 * 20]

interface SmartRig extends Rig {
  readonly model: FloodSegmenter
  /** The newest question is answered. */
  answer(at?: number): void
  fail(): void
  tell(answer: SegmentAnswer): void
  back(): void
  forward(): void
  enter(): void
  /** Another window deletes it. */
  deleteElsewhere(id: Id): void
  draft(): SmartDraft
  /** Pixels of the object on show. */
  shown(): number
}

function start(smart: SettingsPatch['smart'] = {}, ports: Partial<EditorPorts> = {}): SmartRig {
  const rig = createRig(ports)
  const model = new FloodSegmenter({ width: 200, height: 100 }, color)
  rig.editor.finders.segmenter = model
  rig.editor.setSettings({ smart: { hover: false, ...smart } })
  rig.host.choose('smart')
  const tell = (answer: SegmentAnswer): void => void rig.host.key({ type: 'segmented', answer })
  const draft = (): SmartDraft => {
    const { draft: now } = rig.editor.gesture
    if (now.kind !== 'smart') throw new Error(`the draft is ${now.kind}`)
    return now
  }
  return {
    ...rig,
    model,
    tell,
    draft,
    answer: (at) => tell(model.answer(at)),
    fail: () => tell(model.failure()),
    back: () => void rig.host.key({ type: 'back' }),
    forward: () => void rig.host.key({ type: 'forward' }),
    enter: () => void rig.host.key({ type: 'finish' }),
    deleteElsewhere(id) {
      const itemRev = rig.editor.records.itemRev + 1
      const more = { changed: [], savedAt: 0, canUndo: true, canRedo: false }
      rig.editor.merge({ entryId: rig.editor.newId(), itemId: rig.editor.itemId!, command: 'delete', deleted: [id], itemRev, ...more })
    },
    shown: () => (draft().shape ? shapeArea(draft().shape!) : 0),
  }
}

const selectedShape = (rig: Rig): Shape => {
  if (!rig.editor.single) throw new Error('not one object is selected')
  return rig.editor.single.shape
}
/** A click that is answered. */
function found(rig: SmartRig, x: number, y: number): void {
  rig.click(x, y)
  rig.answer()
}

const into: Readonly<Record<string, (rig: SmartRig) => void>> = {
  pressing: (rig) => rig.down(112, 80),
  boxing(rig) {
    rig.down(95, 50)
    rig.move(145, 98)
  },
  waiting: (rig) => rig.click(112, 80),
  showing: (rig) => found(rig, 112, 80),
  failed(rig) {
    rig.click(112, 80)
    rig.fail()
  },
  emptied(rig) {
    found(rig, 112, 80)
    rig.back()
  },
  'pressing again': (rig) => {
    found(rig, 112, 80)
    rig.down(180, 30)
  },
}

describe('smart select', () => {
  for (const [state, enter] of Object.entries(into)) {
    it(`cancel while ${state} leaves no trace, and an answer that comes late changes nothing`, () => {
      for (const result of ['new', 'add'] as const) {
        const rig = start({ result })
        rig.editor.select([rig.ids.mask])
        const before = rig.content()
        enter(rig)
        expect(rig.host.stateName).toBe(state.split(' ')[0])
        const late = rig.model.open.length > 0 ? rig.model.answer() : null
        rig.host.key({ type: 'cancel' })
        if (late) rig.tell(late)
        expect(rig.host.stateName).toBe('idle')
        expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
        expect([...rig.editor.selection]).toEqual([rig.ids.mask])
        expect(rig.entries).toEqual([])
        expect(rig.content()).toEqual(before)
      }
    })
  }

  it('a click shows the first answer, Enter keeps it as one entry that names the model; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.click(112, 80)
    expect([rig.host.stateName, rig.draft().state, rig.draft().points]).toEqual(['waiting', 'waiting', [{ x: 112, y: 80, positive: true }]])
    rig.answer()
    expect([rig.host.stateName, rig.shown()]).toEqual(['showing', outer])
    rig.enter()
    expect(rig.host.stateName).toBe('idle')
    expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([['smartNew', 1]])
    expect(rig.editor.single).toMatchObject({
      classId: rig.editor.pen.classId,
      provenance: { kind: 'assist', modelId: 'flood', name: 'flood' },
      shape: { kind: 'mask', x: 100, y: 55, w: 40, h: 40 },
    })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('adds with the left button and takes away with the right one or with Shift, by choice the other way round', () => {
    const rig = start()
    found(rig, 112, 80)
    found(rig, 180, 30)
    expect(rig.shown()).toBe(outer + red)
    rig.right(180, 30)
    rig.up(180, 30)
    rig.answer()
    expect(rig.shown()).toBe(outer)
    rig.click(181, 31)
    rig.answer()
    rig.click(175, 25, { shift: true })
    rig.answer()
    expect(rig.shown()).toBe(outer)
    rig.editor.setSettings({ smart: { clicks: 'subtract' } })
    rig.click(130, 90)
    rig.right(180, 30)
    rig.up(180, 30)
    expect(rig.model.asked.at(-1)!.points.map(({ positive }) => positive)).toEqual([true, true, false, true, false, false, true])
  })

  it('a correction goes on from the candidate on show', () => {
    const rig = start()
    found(rig, 112, 70)
    rig.host.key({ type: 'candidate', by: 1 })
    expect(rig.shown()).toBe(100)
    rig.click(180, 30)
    expect(rig.model.asked.map(({ previous }) => previous?.token ?? null)).toEqual([null, '0'])
    rig.answer()
    expect(rig.shown()).toBe(100 + red)
  })

  it('Tab and Shift+Tab go round the candidates', () => {
    const rig = start()
    found(rig, 112, 70)
    const areas = [1, 1, 1, -1].map((by) => {
      rig.host.key({ type: 'candidate', by })
      return rig.shown()
    })
    expect(areas).toEqual([100, 200 * 100, outer, 200 * 100])
  })

  it('a dragged box is asked for, squared with Shift and cut at the picture; a slip of the hand is none', () => {
    const rig = start()
    rig.drag([95, 50], [145, 130])
    expect(rig.model.asked.at(-1)).toMatchObject({ points: [], box: { minX: 95, minY: 50, maxX: 145, maxY: 100 } })
    rig.answer()
    expect(rig.shown()).toBe(outer)
    rig.drag([165, 15], [195, 15])
    expect([rig.model.asked.length, rig.host.stateName]).toEqual([1, 'showing'])
    rig.drag([160, 10], [200, 20], { shift: true })
    expect(rig.model.asked.at(-1)).toMatchObject({ box: { minX: 160, minY: 10, maxX: 200, maxY: 50 }, previous: null })
    rig.host.key({ type: 'cancel' })
    rig.drag([10, 70], [30, 70])
    expect([rig.host.stateName, rig.editor.gesture.draft.kind]).toEqual(['idle', 'none'])
  })

  it('undo takes back one click after the other without asking again, redo brings them back, a new click ends that', () => {
    const rig = start()
    found(rig, 112, 80)
    found(rig, 180, 30)
    const areas = [() => rig.back(), () => rig.back(), () => rig.forward(), () => rig.forward(), () => rig.back()].map((step) => {
      step()
      return [rig.host.stateName, rig.shown()]
    })
    expect(areas).toEqual([
      ['showing', outer],
      ['emptied', 0],
      ['showing', outer],
      ['showing', outer + red],
      ['showing', outer],
    ])
    expect(rig.model.asked).toHaveLength(2)
    found(rig, 112, 71)
    rig.forward()
    expect(rig.draft().points).toHaveLength(2)
  })

  it('one undo too many drops nothing: redo brings the clicks back', () => {
    const rig = start()
    found(rig, 112, 80)
    found(rig, 180, 30)
    for (let i = 0; i < 4; i++) expect(rig.host.undoStep()).toBe(true)
    expect([rig.host.stateName, rig.draft().points.length]).toEqual(['emptied', 0])
    for (let i = 0; i < 2; i++) rig.host.redoStep()
    expect([rig.host.stateName, rig.shown(), rig.model.asked.length]).toEqual(['showing', outer + red, 2])
  })

  it('of a region that sticks out of the picture, the model is told what lies in it', () => {
    const rig = start({ result: 'replace' })
    rig.editor.select([rig.editor.commitNew('createBox', { kind: 'box', x: 180, y: -10, w: 60, h: 40 })])
    rig.enter()
    expect(rig.model.asked.at(-1)!.box).toEqual({ minX: 180, minY: 0, maxX: 200, maxY: 30 })
    rig.host.key({ type: 'cancel' })
    rig.click(190, 10)
    expect(rig.model.asked.at(-1)!.box).toEqual({ minX: 180, minY: 0, maxX: 200, maxY: 30 })
  })

  it('an undone click that was never answered is asked again when it comes back', () => {
    const rig = start()
    rig.click(112, 80)
    rig.click(180, 30)
    rig.back()
    expect([rig.host.stateName, rig.model.asked.length]).toEqual(['waiting', 3])
    rig.answer()
    rig.forward()
    expect([rig.host.stateName, rig.shown()]).toEqual(['waiting', outer])
    rig.answer()
    expect(rig.shown()).toBe(outer + red)
  })

  it('answers out of order: only the one to the newest click counts', () => {
    const rig = start()
    rig.click(112, 80)
    rig.click(180, 30)
    rig.answer(1)
    expect(rig.shown()).toBe(outer + red)
    rig.answer(0)
    expect([rig.host.stateName, rig.shown()]).toEqual(['showing', outer + red])
  })

  it('an answer while the button is down is there when it is let go', () => {
    const rig = start()
    rig.click(112, 80)
    rig.down(50, 90)
    rig.answer()
    rig.move(50, 98)
    rig.move(50, 90)
    rig.up(50, 90)
    expect([rig.host.stateName, rig.shown()]).toEqual(['showing', outer])
  })

  it('Enter before the answer keeps the object as soon as it is known; another click takes the Enter back', () => {
    const rig = start()
    rig.click(112, 80)
    rig.enter()
    expect(rig.entries).toEqual([])
    rig.answer()
    expect([rig.entries.length, rig.host.stateName]).toEqual([1, 'idle'])
    rig.click(112, 80)
    rig.enter()
    rig.click(180, 30)
    rig.answer()
    expect([rig.entries.length, rig.host.stateName]).toEqual([1, 'showing'])
  })

  it('a click with Ctrl is kept as soon as it is answered, also after others; where nothing is found the clicks stay', () => {
    const rig = start({ result: 'new' })
    const before = rig.entries.length
    rig.click(112, 80, { mod: true })
    expect([rig.host.stateName, rig.entries.length]).toEqual(['waiting', before])
    rig.answer()
    expect([rig.host.stateName, rig.entries.length - before]).toEqual(['idle', 1])
    found(rig, 112, 80)
    rig.click(180, 30, { mod: true })
    rig.fail()
    expect([rig.host.stateName, rig.entries.length - before, rig.draft().points.length]).toEqual(['failed', 1, 2])
    rig.host.key({ type: 'cancel' })
    expect(rig.host.stateName).toBe('idle')
  })

  it('a double click is a click and Enter', () => {
    const rig = start()
    rig.click(112, 80)
    rig.click(112, 80, {}, 2)
    rig.answer()
    expect([rig.model.asked.length, rig.entries.length]).toEqual([1, 1])
  })

  it('a click that failed stays; Enter asks again, another click asks for both', () => {
    const rig = start()
    rig.click(112, 80)
    rig.fail()
    expect([rig.host.stateName, rig.draft()]).toMatchObject(['failed', { state: 'failed', points: [{ x: 112 }] }])
    rig.enter()
    expect(rig.host.stateName).toBe('waiting')
    rig.fail()
    found(rig, 180, 30)
    expect(rig.shown()).toBe(outer + red)
    rig.click(20, 90)
    rig.enter()
    rig.fail()
    expect([rig.entries.length, rig.shown()]).toEqual([0, outer + red])
  })

  it('nothing found: nothing can be kept, and another click helps', () => {
    const rig = start()
    rig.right(112, 80)
    rig.up(112, 80)
    rig.answer()
    rig.enter()
    expect([rig.host.stateName, rig.shown(), rig.entries.length]).toEqual(['showing', 0, 0])
    found(rig, 180, 30)
    expect(rig.shown()).toBe(red)
  })

  it('the key for another candidate is the tool’s while an answer is waited for, and changes nothing', () => {
    const rig = start()
    rig.click(110, 60)
    const before = rig.draft()
    expect(before).toMatchObject({ state: 'waiting' })
    expect(rig.host.key({ type: 'candidate', by: 1 })).toBe(true)
    expect(rig.draft()).toEqual(before)
  })

  it('a box in which nothing is found was answered, one that is being drawn was not', () => {
    const rig = start()
    rig.down(95, 50)
    rig.move(145, 98)
    expect(rig.draft()).toMatchObject({ state: 'unasked', proposals: [], box: { minX: 95 } })
    rig.up(145, 98)
    const { ticket } = rig.model.open[0]!
    rig.tell({ kind: 'found', ticket, modelId: 'flood', modelName: 'flood', candidates: [] })
    expect(rig.draft()).toMatchObject({ state: 'known', proposals: [], points: [], box: { minX: 95 } })
  })

  it('keeps a polygon within the tolerance, which is shown as it will be', () => {
    const rig = start({ output: 'polygon', tolerancePx: 0 })
    found(rig, 112, 80)
    expect(rig.draft().shape).toMatchObject({ kind: 'polygon' })
    rig.editor.setSettings({ smart: { output: 'mask' } })
    expect(rig.draft().shape).toMatchObject({ kind: 'mask' })
    rig.editor.setSettings({ smart: { output: 'polygon', tolerancePx: 2 } })
    const { shape } = rig.draft()
    rig.enter()
    expect(selectedShape(rig)).toEqual(shape)
    expect(shapeArea(selectedShape(rig))).toBe(outer)
  })
})

describe('the specks that a model leaves', () => {
  /** A square of 400 pixels with a pinhole, and a speck of two pixels beside it. */
  const square = { x: 20, y: 30, w: 60, h: 20 }
  const mask = maskFromBits(
    Uint8Array.from({ length: square.w * square.h }, (_, at) => {
      const [x, y] = [at % square.w, Math.floor(at / square.w)]
      return (x < 20 && !(x === 10 && y === 10)) || (x === 50 && y < 2) ? 1 : 0
    }),
    square,
  )
  const shownBy = (rig: SmartRig, x: number, y: number): number => {
    rig.click(x, y)
    const { ticket } = rig.model.open.at(-1)!
    rig.tell({ kind: 'found', ticket, modelId: 'flood', modelName: 'flood', candidates: [{ token: '0', iou: 0.9, mask }] })
    return rig.shown()
  }

  it('are neither shown nor kept, as mask and as polygon', () => {
    for (const output of ['mask', 'polygon'] as const) {
      const rig = start({ output, tolerancePx: 0, smallestPartPercent: 1 })
      expect([shownBy(rig, 25, 35), rig.draft().mask && maskArea(rig.draft().mask!)]).toEqual([400, 400])
      rig.enter()
      expect([shapeArea(selectedShape(rig)), shapeBounds(selectedShape(rig)).maxX]).toEqual([400, 40])
    }
  })

  it('stay where the share is less, and where they are clicked', () => {
    const rig = start({ smallestPartPercent: 0 })
    expect(shownBy(rig, 25, 35)).toBe(401)
    rig.editor.setSettings({ smart: { smallestPartPercent: 1 } })
    expect(rig.shown()).toBe(400)
    expect(shownBy(rig, 70.4, 31)).toBe(402)
    expect(shownBy(rig, 26, 36)).toBe(402)
    rig.enter()
    expect(shapeArea(selectedShape(rig))).toBe(402)
  })
})

describe('what becomes of the object', () => {
  it('replaces, widens or cuts the selected region, by choice or by the key that accepts', () => {
    for (const byKey of [false, true]) {
      for (const [result, command, area] of [
        ['replace', 'smartReplace', outer],
        ['add', 'smartAdd', outer + 20 * 20],
      ] as const) {
        const rig = start({ result: byKey ? 'new' : result })
        const before = rig.editor.records.inOrder()
        rig.editor.select([rig.ids.mask])
        rig.click(112, 80)
        rig.answer()
        if (byKey) rig.host.key({ type: 'acceptAs', result })
        else rig.enter()
        expect([rig.entries.map((entry) => entry.command), rig.editor.single?.id]).toEqual([[command], rig.ids.mask])
        // What it replaces is where the model starts from.
        expect(shapeArea(selectedShape(rig))).toBe(result === 'replace' && !byKey ? area + 20 * 20 : area)
        const origin = result === 'replace' ? { kind: 'assist', modelId: 'flood', name: 'flood' } : { kind: 'human' }
        expect(rig.editor.single?.provenance).toEqual(origin)
        rig.undoLast(before)
        expect(rig.content()).toEqual(withoutRevs(before))
      }
    }
    const rig = start({ result: 'subtract' })
    rig.editor.select([rig.ids.box])
    rig.drag([10, 10], [40, 60])
    rig.answer()
    rig.enter()
    expect(rig.entries.map((entry) => entry.command)).toEqual(['smartSubtract'])
    expect(shapeBounds(selectedShape(rig))).toMatchObject({ minX: 40, maxX: 70 })
  })

  it('a region that is cut away altogether is gone, and undo brings it back', () => {
    const rig = start({ result: 'subtract' })
    const before = rig.editor.records.inOrder()
    rig.editor.select([rig.ids.small])
    found(rig, 22, 22)
    rig.enter()
    expect(rig.editor.records.has(rig.ids.small)).toBe(false)
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
  })

  it('without a selected region it is a new object', () => {
    const rig = start({ result: 'add' })
    found(rig, 112, 80)
    rig.enter()
    expect(rig.entries.map(({ command }) => command)).toEqual(['smartNew'])
  })

  it('where the region was deleted meanwhile, which is said, it is shown and kept as a new object of its class', () => {
    for (const result of ['add', 'replace'] as const) {
      let said = 0
      const rig = start({ result }, { targetGone: () => said++ })
      const [pen, classId] = [rig.editor.newId(), rig.editor.pen.classId]
      rig.editor.select([rig.ids.small])
      found(rig, 180, 30)
      rig.editor.pen.setClass(pen)
      expect(rig.draft().result).toBe(result)
      rig.deleteElsewhere(rig.ids.small)
      expect([said, rig.draft().result]).toEqual([1, 'new'])
      // Other changes say nothing more, and with a button down it is no different.
      rig.down(112, 80)
      rig.deleteElsewhere(rig.ids.box)
      rig.up(112, 80)
      rig.answer()
      rig.enter()
      expect([said, rig.entries.map(({ command }) => command)]).toEqual([1, ['smartNew']])
      expect([rig.editor.single?.classId, pen === classId]).toEqual([classId, false])
    }
  })

  it('what was to be taken from a region that is gone becomes no object, which is said; as a new one it can still be kept', () => {
    const said: string[] = []
    const rig = start({ result: 'subtract' }, { nothing: (command) => said.push(command), targetGone: () => said.push('gone') })
    rig.editor.select([rig.ids.small])
    rig.click(180, 30)
    rig.enter()
    rig.down(112, 80)
    rig.deleteElsewhere(rig.ids.small)
    rig.up(112, 80)
    rig.answer()
    expect([rig.host.stateName, rig.draft().result]).toEqual(['showing', 'subtract'])
    rig.enter()
    expect([rig.host.stateName, rig.entries, said]).toEqual(['showing', [], ['gone', 'smartSubtract']])
    rig.editor.setSettings({ smart: { result: 'new' } })
    rig.enter()
    expect(rig.entries.map(({ command }) => command)).toEqual(['smartNew'])
  })

  it('an Enter that waits for an answer to change a region does not make an object where that is deleted first', () => {
    const rig = start({ result: 'add' })
    rig.editor.select([rig.ids.small])
    rig.click(180, 30)
    rig.enter()
    rig.deleteElsewhere(rig.ids.small)
    rig.answer()
    expect([rig.host.stateName, rig.entries, rig.draft().result]).toEqual(['showing', [], 'new'])
  })

  it('a locked region is not changed, which is said; beside it new objects are drawn as ever', () => {
    let said = 0
    const rig = start({ result: 'add' }, { held: () => said++ })
    rig.editor.select([rig.ids.mask])
    rig.editor.commitPatches('lock', new Map([[rig.ids.mask, { locked: true }]]))
    rig.click(112, 80)
    expect([rig.host.stateName, said]).toEqual(['idle', 1])
    rig.editor.setSettings({ smart: { result: 'new' } })
    found(rig, 112, 80)
    rig.enter()
    expect(rig.entries.map(({ command }) => command)).toEqual(['lock', 'smartNew'])
  })

  it('Enter starts from the selected box, polygon or mask, and a new object gets its class', () => {
    const rig = start()
    const other = rig.editor.newId()
    rig.editor.pen.setClass(other)
    for (const id of [rig.ids.box, rig.ids.polygon, rig.ids.mask]) {
      rig.editor.select([id])
      const { minX, minY, maxX, maxY } = shapeBounds(rig.shape(id)!)
      rig.enter()
      expect(rig.model.asked.at(-1)).toMatchObject({ points: [], box: { minX, minY, maxX, maxY } })
      expect(rig.model.asked.at(-1)!.start?.kind).toBe(id === rig.ids.box ? undefined : 'mask')
      rig.answer()
      rig.enter()
      expect(rig.editor.single).toMatchObject({ classId: rig.editor.records.get(id)!.classId, provenance: { kind: 'assist' } })
    }
    rig.editor.select([])
    rig.enter()
    expect(rig.host.stateName).toBe('idle')
  })

  it('a class that is chosen meanwhile is that of the object', () => {
    const rig = start()
    found(rig, 112, 80)
    const other = rig.editor.newId()
    rig.editor.pen.setClass(other)
    rig.enter()
    expect(rig.editor.single?.classId).toBe(other)
  })
})

describe('what the pointer passes over', () => {
  it('is shown while no one has to wait for it, and gone when the pointer leaves or another tool is taken', () => {
    const rig = start({ hover: true })
    rig.move(112, 80)
    rig.move(113, 80)
    rig.answer(0)
    expect([rig.host.stateName, rig.draft().state, rig.shown()]).toEqual(['idle', 'hover', outer])
    rig.host.leave()
    expect(rig.editor.gesture.draft.kind).toBe('none')
    rig.move(112, 80)
    const late = rig.model.answer()
    rig.host.choose('select')
    rig.tell(late)
    expect(rig.editor.gesture.draft.kind).toBe('none')
    rig.host.choose('smart')
    rig.tell(late)
    expect(rig.editor.gesture.draft.kind).toBe('none')
  })

  it('is not asked for before the picture was looked at, outside of it, or where a click would take away', () => {
    const rig = start({ hover: true })
    rig.model.ready = false
    rig.move(112, 80)
    rig.model.ready = true
    rig.move(-5, 80)
    rig.move(112, 80, { shift: true })
    expect(rig.model.open).toEqual([])
  })

  it('says what would become of it: without a region to change, a new object', () => {
    const rig = start({ hover: true, result: 'subtract' })
    rig.move(112, 80)
    rig.answer()
    expect(rig.draft().result).toBe('new')
    rig.editor.select([rig.ids.mask])
    rig.move(113, 80)
    rig.answer()
    expect(rig.draft().result).toBe('subtract')
  })

  it('makes way for a click: its late answer is not taken for that of the click', () => {
    const rig = start({ hover: true })
    rig.move(180, 30)
    const late = rig.model.answer()
    rig.click(112, 80)
    rig.tell(late)
    expect([rig.host.stateName, rig.shown()]).toEqual(['waiting', 0])
  })
})

describe('smart select by other hands', () => {
  it('works by keys alone: arrows aim, Enter sets a click, Enter again keeps', () => {
    const rig = start()
    rig.editor.gesture.setPointer({ x: 111, y: 80 })
    rig.host.key({ type: 'nudge', dx: 1, dy: 0, grow: false })
    rig.enter()
    rig.answer()
    rig.enter()
    expect(shapeArea(selectedShape(rig))).toBe(outer)
  })

  it('a second finger takes back the press, not the clicks before it', () => {
    const rig = start()
    found(rig, 112, 80)
    rig.down(180, 30)
    rig.host.takeBackPress()
    expect([rig.host.stateName, rig.draft().points.length]).toEqual(['showing', 1])
  })

  it('does nothing outside of the picture and without a model', () => {
    const rig = start()
    rig.click(300, 80)
    expect(rig.host.stateName).toBe('idle')
    rig.editor.finders.segmenter = null
    rig.click(112, 80)
    rig.enter()
    expect([rig.host.stateName, rig.editor.gesture.draft.kind]).toEqual(['idle', 'none'])
  })

  it('what cannot be saved is not kept, and stays on the canvas', () => {
    const rig = start()
    rig.editor.setReadOnly(true)
    rig.click(112, 80)
    expect(rig.host.stateName).toBe('idle')
    rig.editor.setReadOnly(false)
    found(rig, 112, 80)
    rig.editor.setGhosts('past', { ...rig.editor.ghosts, past: [] })
    rig.enter()
    expect([rig.entries.length, rig.host.stateName]).toEqual([0, 'showing'])
  })
})
