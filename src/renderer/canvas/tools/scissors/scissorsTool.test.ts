import { describe, expect, it } from 'vitest'
import { paintedPixels, wireWithoutThread } from '../../livewire/wireRig.ts'
import { createRig, withoutRevs, type Rig } from '../gestureRig.ts'

/** The rig over a picture with a dark square from (110,55) to (145,90). */
function start(): Rig & { readonly settled: () => Promise<void> } {
  const rig = createRig()
  const pixels = paintedPixels(200, 100, (x, y) => (x >= 110 && x < 145 && y >= 55 && y < 90 ? [30, 30, 30] : [200, 190, 180]))
  const { wire, settled } = wireWithoutThread(
    () => pixels,
    () => rig.host.key({ type: 'wire' }),
  )
  rig.editor.finders.wire = wire
  rig.host.choose('scissors')
  return { ...rig, settled }
}
type ScissorsRig = ReturnType<typeof start>

const ring = (rig: Rig): readonly (readonly [number, number])[] => {
  const shape = rig.editor.single?.shape
  return shape?.kind === 'polygon' ? shape.parts[0]!.outer : []
}
/** A click a little beside the square's corners. */
async function corner(rig: ScissorsRig, x: number, y: number): Promise<void> {
  rig.move(x, y)
  await rig.settled()
  rig.down(x, y)
  rig.up(x, y)
  await rig.settled()
}
async function aroundSquare(rig: ScissorsRig): Promise<void> {
  rig.click(110, 55)
  await rig.settled()
  await corner(rig, 146, 56)
  await corner(rig, 144, 91)
}

const into: Readonly<Record<string, (rig: ScissorsRig) => Promise<void>>> = {
  drawing: aroundSquare,
  settling(rig) {
    rig.click(110, 55)
    rig.click(146, 56)
    return Promise.resolve()
  },
}

describe('intelligent scissors', () => {
  for (const [state, enter] of Object.entries(into)) {
    it(`cancel in '${state}' leaves no trace, and a wire that comes late changes nothing`, async () => {
      const rig = start()
      const before = rig.content()
      await enter(rig)
      expect(rig.host.stateName).toBe(state)
      rig.host.key({ type: 'cancel' })
      await rig.settled()
      expect(rig.host.stateName).toBe('idle')
      expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
      expect(rig.entries).toEqual([])
      expect(rig.content()).toEqual(before)
    })
  }

  const ends: Readonly<Record<string, (rig: ScissorsRig) => Promise<void>>> = {
    Enter: async (rig) => {
      await corner(rig, 109, 89)
      rig.host.key({ type: 'finish' })
    },
    'a double click': async (rig) => {
      await corner(rig, 109, 89)
      rig.down(109, 89, {}, 2)
    },
    'a click on the first point': async (rig) => {
      await corner(rig, 112, 57)
    },
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`${name} closes a ring along the edges with one entry, and undo takes it away`, async () => {
      const rig = start()
      const before = rig.editor.records.inOrder()
      await aroundSquare(rig)
      await end(rig)
      expect(rig.host.stateName).toBe('idle')
      expect(rig.entries.map((entry) => entry.command)).toEqual(['createPolygon'])
      for (const [x, y] of ring(rig)) {
        const away = Math.min(Math.abs(x - 110), Math.abs(x - 145), Math.abs(y - 55), Math.abs(y - 90))
        expect(away).toBeLessThanOrEqual(1.5)
      }
      expect(ring(rig).length).toBeLessThan(16)
      rig.undoLast(before)
      expect(rig.content()).toEqual(withoutRevs(before))
    })
  }

  it('shows the wire that a click would add, and a click takes that one when it is known', async () => {
    const rig = start()
    rig.click(110, 55)
    rig.move(146, 80)
    await rig.settled()
    const { draft } = rig.editor.gesture
    const ahead = draft.kind === 'polygon' ? draft.ahead : []
    // Around the corner of the square, not across it.
    expect(ahead.some(({ x, y }) => Math.abs(x - 145) <= 2 && Math.abs(y - 55) <= 2)).toBe(true)
    rig.click(130, 91)
    expect(rig.host.stateName).toBe('settling')
    await rig.settled()
    expect(rig.host.stateName).toBe('drawing')
    expect(rig.editor.gesture.draft).toMatchObject({ kind: 'polygon', marks: { length: 2 } })
  })

  it('Alt draws straight, Backspace takes one click back, at last the drawing', async () => {
    const rig = start()
    rig.click(110, 55)
    await rig.settled()
    rig.click(140, 88, { alt: true })
    expect(rig.editor.gesture.draft).toMatchObject({
      points: [
        { x: 110, y: 55 },
        { x: 140, y: 88 },
      ],
    })
    await corner(rig, 109, 89)
    rig.host.key({ type: 'back' })
    expect(rig.editor.gesture.draft).toMatchObject({ points: { length: 2 } })
    rig.host.key({ type: 'back' })
    rig.host.key({ type: 'back' })
    expect(rig.host.stateName).toBe('idle')
  })

  it('who does not wait for a wire goes on with it as far as it is known', async () => {
    const rig = start()
    rig.click(110, 55)
    rig.click(146, 56)
    rig.click(146, 91)
    rig.host.key({ type: 'finish' })
    await rig.settled()
    expect(rig.host.stateName).toBe('idle')
    expect(ring(rig).length).toBeGreaterThanOrEqual(3)
  })

  it('begins and ends on polygons beside it, not on boxes around it', () => {
    const rig = start()
    rig.editor.setSettings({ aids: { snap: true } })
    rig.move(73, 58)
    expect(rig.editor.gesture.snap).toBeNull()
    rig.move(103, 53)
    expect(rig.editor.gesture.snap).toMatchObject({ kind: 'vertex', id: rig.ids.polygon })
    rig.click(103, 53)
    expect(rig.editor.gesture.draft).toMatchObject({ points: [{ x: 100, y: 50 }] })
  })

  it('without pixels draws straight', () => {
    const rig = createRig()
    rig.host.choose('scissors')
    rig.click(80, 60)
    rig.click(99, 60)
    rig.click(90, 90)
    rig.host.key({ type: 'finish' })
    expect(ring(rig)).toEqual([
      [80, 60],
      [99, 60],
      [90, 90],
    ])
  })

  it('a larger tolerance leaves fewer points', async () => {
    const counts: number[] = []
    for (const tolerance of [0, 3]) {
      const rig = start()
      rig.editor.setSettings({ trace: { tolerance } })
      await aroundSquare(rig)
      rig.host.key({ type: 'finish' })
      counts.push(ring(rig).length)
    }
    expect(counts[0]).toBeGreaterThan(60)
    expect(counts[1]).toBeLessThan(8)
  })
})
