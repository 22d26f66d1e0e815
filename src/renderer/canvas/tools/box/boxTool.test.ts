import { describe, expect, it } from 'vitest'
import { createRig, type Rig, withoutRevs } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('box')
  return rig
}
const into: Readonly<Record<string, (rig: Rig) => void>> = {
  dragging: (rig) => rig.down(80, 70),
  waiting: (rig) => rig.click(80, 70),
  closing(rig) {
    rig.click(80, 70)
    rig.down(90, 90)
  },
}

describe('box tool', () => {
  for (const [state, enter] of Object.entries(into)) {
    it(`cancel in '${state}' leaves no trace`, () => {
      const rig = start()
      const before = rig.content()
      enter(rig)
      expect(rig.host.stateName).toBe(state)
      expect(rig.editor.gesture.draft.kind).toBe('box')
      rig.host.key({ type: 'cancel' })
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
      expect(rig.entries).toEqual([])
      expect(rig.content()).toEqual(before)
    })
  }

  it('drags a box on whole pixels, of the chosen class, on top, selected; undo takes it away', () => {
    const rig = start()
    const before = rig.editor.records.inOrder()
    rig.drag([80.3, 70.4], [95.6, 90.2])
    expect(rig.entries).toHaveLength(1)
    expect(rig.entries[0]).toMatchObject({
      command: 'createBox',
      edits: [
        {
          op: 'create',
          annotation: { shape: { kind: 'box', x: 80, y: 70, w: 16, h: 20 }, classId: rig.editor.pen.classId, z: 4, region: 'object' },
        },
      ],
    })
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 80, y: 70, w: 16, h: 20 })
    rig.undoLast(before)
    expect(rig.content()).toEqual(withoutRevs(before))
    expect(rig.editor.selection.size).toBe(0)
  })

  it('clicks two corners, in any order', () => {
    const rig = start()
    rig.click(95, 90)
    rig.move(85, 75)
    expect(rig.editor.gesture.draft).toEqual({ kind: 'box', bounds: { minX: 85, minY: 75, maxX: 95, maxY: 90 } })
    rig.click(80, 70)
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 80, y: 70, w: 15, h: 20 })
  })

  it('Shift draws a square, Alt leaves the pixel grid, the picture is the limit', () => {
    const rig = start()
    rig.drag([80, 70], [90, 72], { shift: true })
    expect(rig.editor.single?.shape).toMatchObject({ w: 10, h: 10 })
    rig.drag([80.25, 70.5], [90.75, 80.5], { alt: true })
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 80.25, y: 70.5, w: 10.5, h: 10 })
    rig.drag([180, 80], [999, 999])
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 180, y: 80, w: 20, h: 20 })
  })

  it('a square at the border of the picture stays a square', () => {
    const rig = start()
    rig.drag([150, 80], [190, 90], { shift: true })
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 150, y: 80, w: 20, h: 20 })
    rig.drag([30, 70], [5, 60], { shift: true })
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 5, y: 45, w: 25, h: 25 })
  })

  it('what is drawn is seen, whatever was hidden', () => {
    const rig = start()
    const { editor } = rig
    editor.setLook({ shapes: false, hiddenClasses: new Set([editor.pen.classId!]) })
    rig.drag([80, 70], [90, 80])
    expect(editor.painted().map(({ id }) => id)).toContain(editor.single?.id)
    expect(editor.look.hiddenClasses.size).toBe(0)
  })

  it('two clicks on one spot make nothing; Backspace takes the first corner back', () => {
    const rig = start()
    rig.click(80, 70)
    rig.click(80, 70)
    expect(rig.entries).toEqual([])
    rig.click(80, 70)
    expect(rig.host.key({ type: 'back' })).toBe(true)
    expect(rig.host.stateName).toBe('idle')
    expect(rig.host.key({ type: 'back' })).toBe(false)
  })

  it('choosing another tool ends the drawing', () => {
    const rig = start()
    rig.click(80, 70)
    rig.host.choose('select')
    expect(rig.editor.gesture.draft.kind).toBe('none')
    rig.host.choose('box')
    expect(rig.host.stateName).toBe('idle')
  })

  it('draws by keys alone: arrows move the cursor, Enter sets a corner', () => {
    const rig = start()
    rig.editor.gesture.setPointer({ x: 80, y: 70 })
    rig.host.key({ type: 'nudge', dx: 1, dy: 0, grow: false })
    rig.host.key({ type: 'finish' })
    for (let i = 0; i < 3; i++) rig.host.key({ type: 'nudge', dx: 10, dy: 5, grow: false })
    rig.host.key({ type: 'finish' })
    expect(rig.editor.single?.shape).toEqual({ kind: 'box', x: 81, y: 70, w: 30, h: 15 })
  })
})
