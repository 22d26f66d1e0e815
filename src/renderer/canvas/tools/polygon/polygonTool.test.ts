import { describe, expect, it } from 'vitest'
import { createRig, type Rig, withoutRevs } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('polygon')
  return rig
}
const three = (rig: Rig): void => {
  rig.click(80, 60)
  rig.click(99, 60)
  rig.click(90, 90)
}
const triangle = {
  kind: 'polygon',
  parts: [
    {
      outer: [
        [80, 60],
        [99, 60],
        [90, 90],
      ],
      holes: [],
    },
  ],
}

describe('polygon tool', () => {
  it(`cancel in 'drawing' leaves no trace`, () => {
    const rig = start()
    const before = rig.content()
    three(rig)
    expect(rig.host.stateName).toBe('drawing')
    rig.host.key({ type: 'cancel' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
    expect(rig.entries).toEqual([])
    expect(rig.content()).toEqual(before)
  })

  const ends: Readonly<Record<string, (rig: Rig) => void>> = {
    'a click near the first point': (rig) => rig.click(83, 62),
    Enter: (rig) => void rig.host.key({ type: 'finish' }),
    'a double click': (rig) => rig.down(90, 90, {}, 2),
    'a tap on Space'(rig) {
      rig.host.holdSpace(true)
      rig.host.holdSpace(false)
      rig.host.tapSpace()
    },
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`${name} closes the ring with one entry, and undo takes it away`, () => {
      const rig = start()
      const before = rig.editor.records.inOrder()
      three(rig)
      end(rig)
      expect(rig.host.stateName).toBe('idle')
      expect(rig.entries.map((entry) => entry.command)).toEqual(['createPolygon'])
      expect(rig.editor.single?.shape).toEqual(triangle)
      rig.undoLast(before)
      expect(rig.content()).toEqual(withoutRevs(before))
    })
  }

  it('shows when a click would close', () => {
    const rig = start()
    three(rig)
    rig.move(84, 61)
    expect(rig.editor.gesture.draft).toMatchObject({ kind: 'polygon', closing: true })
    rig.move(120, 61)
    expect(rig.editor.gesture.draft).toMatchObject({ kind: 'polygon', closing: false })
  })

  it('Backspace takes points back, at last the drawing', () => {
    const rig = start()
    three(rig)
    rig.host.key({ type: 'back' })
    expect(rig.editor.gesture.draft).toMatchObject({
      points: [
        { x: 80, y: 60 },
        { x: 99, y: 60 },
      ],
    })
    rig.host.key({ type: 'back' })
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft.kind).toBe('none')
  })

  it('does not close what has no area', () => {
    const rig = start()
    rig.click(80, 60)
    rig.click(90, 60)
    rig.host.key({ type: 'finish' })
    rig.click(100, 60)
    rig.host.key({ type: 'finish' })
    expect(rig.entries).toEqual([])
    expect(rig.host.stateName).toBe('drawing')
  })

  it('Shift turns in steps of 15 degrees, points stay in the picture', () => {
    const rig = start()
    rig.click(80, 60)
    rig.click(100, 61, { shift: true })
    rig.click(999, 90)
    rig.host.key({ type: 'finish' })
    expect(rig.editor.single?.shape).toMatchObject({
      parts: [
        {
          outer: [
            [80, 60],
            [100, 60],
            [200, 90],
          ],
        },
      ],
    })
  })

  it('panning over it with Space or the middle button leaves the drawing alone', () => {
    const rig = start()
    three(rig)
    rig.host.holdSpace(true)
    rig.drag([50, 50], [70, 60])
    rig.host.holdSpace(false)
    rig.host.down({ x: 50, y: 50 }, 'middle', 1, { shift: false, alt: false, mod: false })
    rig.move(55, 50)
    rig.up(55, 50)
    expect(rig.editor.camera).toMatchObject({ x: 25, y: 10 })
    rig.host.key({ type: 'finish' })
    expect(rig.editor.single?.shape).toEqual(triangle)
  })

  const byHand = (rig: Rig): void => {
    rig.click(80, 60)
    rig.move(80, 60, { shift: true })
    rig.down(81, 62, { shift: true })
    for (const y of [68, 75, 82, 90]) rig.move(81, y, { shift: true })
  }
  for (const [state, enter] of [
    ['pressed', (rig: Rig) => rig.down(80, 60, { shift: true })],
    ['sketching', byHand],
  ] as const) {
    it(`cancel in '${state}' leaves no trace`, () => {
      const rig = start()
      const before = rig.content()
      enter(rig)
      expect(rig.host.stateName).toBe(state)
      rig.host.cancel()
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
      expect(rig.content()).toEqual(before)
      expect(rig.entries).toEqual([])
    })
  }

  it('while the button is down with Shift, one step back takes back what the press added, not the polygon', () => {
    const rig = start()
    rig.click(80, 60)
    rig.click(100, 60)
    rig.down(100, 80, { shift: true })
    expect([rig.host.key({ type: 'back' }), rig.host.stateName]).toEqual([true, 'drawing'])
    rig.up(100, 80)
    const [points, two] = [
      () => rig.editor.gesture.draft,
      {
        points: [
          { x: 80, y: 60 },
          { x: 100, y: 60 },
        ],
      },
    ]
    expect(points()).toMatchObject(two)
    rig.down(100, 80, { shift: true })
    for (const y of [84, 88, 92]) rig.move(100, y, { shift: true })
    expect([rig.host.stateName, rig.host.key({ type: 'back' }), rig.host.stateName]).toEqual(['sketching', true, 'drawing'])
    rig.up(100, 92)
    expect(points()).toMatchObject(two)
    rig.host.cancel()
    rig.down(80, 60, { shift: true })
    expect([rig.host.stateName, rig.host.key({ type: 'back' }), rig.host.stateName]).toEqual(['pressed', true, 'idle'])
  })

  it('a drag with Shift draws by hand, as one step; then it goes on click by click', () => {
    const rig = start()
    byHand(rig)
    rig.up(81, 90, { shift: true })
    expect(rig.host.stateName).toBe('drawing')
    expect(rig.editor.gesture.draft).toMatchObject({
      kind: 'polygon',
      points: [
        { x: 80, y: 60 },
        { x: 81, y: 90 },
      ],
    })
    rig.click(95, 75)
    rig.host.key({ type: 'finish' })
    expect(rig.editor.single?.shape).toMatchObject({
      parts: [
        {
          outer: [
            [80, 60],
            [81, 90],
            [95, 75],
          ],
        },
      ],
    })
    const other = start()
    byHand(other)
    other.up(81, 90, { shift: true })
    other.host.key({ type: 'back' })
    expect(other.editor.gesture.draft).toMatchObject({ points: [{ x: 80, y: 60 }] })
  })

  it('a line by hand that comes back to the first point closes', () => {
    const rig = start()
    rig.move(100, 60, { shift: true })
    rig.down(100, 60, { shift: true })
    for (const [x, y] of [
      [90, 60],
      [80, 70],
      [85, 88],
      [98, 80],
    ] as const)
      rig.move(x, y, { shift: true })
    rig.up(98, 64, { shift: true })
    expect(rig.host.stateName).toBe('drawing')
    rig.host.cancel()
    rig.down(100, 60, { shift: true })
    for (const [x, y] of [
      [90, 60],
      [80, 70],
      [85, 88],
      [98, 80],
      [99, 64],
    ] as const)
      rig.move(x, y, { shift: true })
    rig.up(99, 64, { shift: true })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.entries.map((entry) => entry.command)).toEqual(['createPolygon'])
  })

  it('Space that moved the picture does not close', () => {
    const rig = start()
    three(rig)
    rig.host.holdSpace(true)
    rig.drag([50, 50], [55, 50])
    rig.host.holdSpace(false)
    rig.host.tapSpace()
    expect(rig.host.stateName).toBe('drawing')
    expect(rig.entries).toEqual([])
  })

  it('draws by keys alone: Enter sets a point, Enter again closes', () => {
    const rig = start()
    rig.editor.gesture.setPointer({ x: 80, y: 60 })
    const to = (dx: number, dy: number): void => {
      rig.host.key({ type: 'nudge', dx, dy, grow: false })
      rig.host.key({ type: 'finish' })
    }
    to(0, 0)
    to(19, 0)
    to(-9, 30)
    rig.host.key({ type: 'finish' })
    expect(rig.editor.single?.shape).toEqual(triangle)
  })
})
