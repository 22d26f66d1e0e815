import { describe, expect, it } from 'vitest'
import { createRig, type Rig } from '../gestureRig.ts'
import { applyTouch } from './applyTouch.ts'
import { touchIdle, touchStep, type TouchEvent, type TouchState } from './touchGestures.ts'

/** Fingers on the test picture: the recogniser and the tools together, as on the page. */
function createHand(rig: Rig = createRig()) {
  let state: TouchState = touchIdle
  const menus: unknown[] = []
  const down = new Set<number>()
  let timeMs = 0
  const tell = (event: TouchEvent): void => {
    const [next, ...acts] = touchStep(state, event)
    state = next
    for (const act of acts) if (!applyTouch(rig.host, act)) menus.push(act)
  }
  const hand = {
    rig,
    menus,
    get state() {
      return state.name
    },
    down(id: number, x: number, y: number, pen: 'none' | 'near' | 'hand' = 'none') {
      down.add(id)
      tell({ type: 'down', finger: { id, at: { x, y } }, timeMs, aims: rig.host.aims, pen })
    },
    move: (id: number, x: number, y: number) => tell({ type: 'move', finger: { id, at: { x, y } } }),
    up(id: number, x: number, y: number) {
      down.delete(id)
      timeMs += 100
      tell({ type: 'up', finger: { id, at: { x, y } }, timeMs, left: down.size })
    },
    tap(x: number, y: number) {
      hand.down(1, x, y)
      hand.up(1, x, y)
    },
    drag(from: readonly [number, number], to: readonly [number, number]) {
      hand.down(1, ...from)
      hand.move(1, ...to)
      hand.up(1, ...to)
    },
    cancel(id: number) {
      down.delete(id)
      tell({ type: 'cancel', left: down.size })
    },
    hold: () => tell({ type: 'hold' }),
    pen: () => tell({ type: 'pen', left: down.size }),
    wait: (ms: number) => (timeMs += ms),
  }
  return hand
}
const drawingWith = (tool: Parameters<Rig['host']['choose']>[0]) => {
  const hand = createHand()
  hand.rig.host.choose(tool)
  return hand
}

const pointsOf = ({ editor: { gesture } }: Rig) => (gesture.draft.kind === 'polygon' ? gesture.draft.points : [])

describe('one finger', () => {
  it('draws with the tool that is chosen', () => {
    const hand = drawingWith('box')
    hand.drag([80, 60], [120, 90])
    expect(hand.rig.entries.map(({ command }) => command)).toEqual(['createBox'])
    expect(hand.rig.editor.single?.shape).toMatchObject({ kind: 'box', x: 80, y: 60, w: 40, h: 30 })
  })

  it('taps to select, and a long press opens the menu instead of drawing', () => {
    const hand = createHand()
    hand.tap(25, 25)
    expect(hand.rig.editor.single?.id).toBe(hand.rig.ids.small)
    hand.down(1, 130, 30)
    hand.hold()
    expect(hand.menus).toEqual([{ type: 'menu', at: { x: 130, y: 30 } }])
    hand.move(1, 180, 80)
    hand.up(1, 180, 80)
    expect(hand.rig.entries).toEqual([])
    expect(hand.state).toBe('idle')
  })

  it('a double tap counts two, one that comes late or elsewhere does not', () => {
    const drawn = (pause: number, x: number): string | undefined => {
      const hand = drawingWith('polygon')
      hand.tap(80, 60)
      hand.wait(1000)
      hand.tap(120, 60)
      hand.wait(1000)
      hand.tap(100, 95)
      hand.wait(pause)
      hand.tap(x, 95)
      return hand.rig.entries[0]?.command
    }
    expect(drawn(100, 103)).toBe('createPolygon')
    expect(drawn(1000, 103)).toBeUndefined()
    expect(drawn(100, 160)).toBeUndefined()
  })

  it('leads the cursor of a tool that sets points, and sets one where it is lifted', () => {
    const hand = drawingWith('polygon')
    hand.tap(80, 60)
    hand.drag([100, 60], [120, 61])
    hand.drag([100, 80], [100, 95])
    hand.rig.host.key({ type: 'finish' })
    expect(hand.rig.editor.single?.shape).toMatchObject({
      parts: [
        {
          outer: [
            [80, 60],
            [120, 61],
            [100, 95],
          ],
        },
      ],
    })
  })
})

describe('the second finger', () => {
  it('takes a box under way back without a trace, and pans and zooms', () => {
    const hand = drawingWith('box')
    const before = hand.rig.content()
    hand.down(1, 80, 60)
    hand.move(1, 120, 80)
    expect(hand.rig.host.busy).toBe(true)
    hand.down(2, 160, 80)
    expect([hand.rig.host.busy, hand.rig.editor.gesture.draft.kind, hand.state]).toEqual([false, 'none', 'pinching'])
    hand.move(2, 200, 80)
    expect(hand.rig.editor.camera.scale).toBeCloseTo(2)
    const { x } = hand.rig.editor.camera
    hand.move(1, 140, 80)
    hand.move(2, 220, 80)
    expect(hand.rig.editor.camera.scale).toBeCloseTo(2)
    expect(hand.rig.editor.camera.x).toBeCloseTo(x + 20)
    hand.up(1, 140, 80)
    hand.move(2, 10, 10)
    expect(hand.state).toBe('resting')
    hand.up(2, 10, 10)
    expect(hand.state).toBe('idle')
    expect(hand.rig.entries).toEqual([])
    expect(hand.rig.content()).toEqual(before)
  })

  it('leaves a polygon under way as it was, still or moving', () => {
    for (const moved of [0, 30]) {
      const hand = drawingWith('polygon')
      hand.tap(80, 60)
      hand.wait(1000)
      hand.tap(120, 60)
      const points = pointsOf(hand.rig)
      hand.down(1, 100, 80)
      if (moved > 0) hand.move(1, 100 + moved, 80)
      hand.down(2, 150, 80)
      hand.move(2, 170, 80)
      hand.up(2, 170, 80)
      hand.up(1, 100, 80)
      expect(hand.rig.host.stateName).toBe('drawing')
      expect(hand.rig.editor.gesture.draft).toMatchObject({ points })
    }
  })

  it('gives back the selection that a press had changed, and puts back what it moved', () => {
    const hand = createHand()
    hand.tap(25, 25)
    hand.wait(1000)
    const before = hand.rig.content()
    hand.down(1, 130, 30)
    hand.move(1, 130, 60)
    hand.down(2, 170, 60)
    expect(hand.rig.editor.single?.id).toBe(hand.rig.ids.small)
    expect([hand.rig.entries, hand.rig.content()]).toEqual([[], before])
  })

  it('a third one changes nothing', () => {
    const hand = createHand()
    hand.down(1, 50, 50)
    hand.down(2, 100, 50)
    hand.down(3, 150, 50)
    hand.move(3, 10, 90)
    expect(hand.rig.editor.camera.scale).toBe(1)
    for (const id of [1, 2, 3]) hand.up(id, 0, 0)
    expect(hand.state).toBe('idle')
  })
})

describe('cancel', () => {
  const reach: Readonly<Record<string, (hand: ReturnType<typeof createHand>) => void>> = {
    pressed: (hand) => hand.down(1, 80, 60),
    drawing: (hand) => {
      hand.down(1, 80, 60)
      hand.move(1, 120, 90)
    },
    pinching: (hand) => {
      hand.down(1, 80, 60)
      hand.down(2, 120, 60)
    },
    resting: (hand) => {
      hand.down(1, 80, 60)
      hand.hold()
    },
  }
  for (const [name, go] of Object.entries(reach)) {
    it(`from '${name}' leaves no trace`, () => {
      const hand = drawingWith('box')
      const before = hand.rig.content()
      go(hand)
      expect(hand.state).toBe(name)
      hand.cancel(1)
      hand.cancel(2)
      expect([hand.state, hand.rig.host.busy, hand.rig.editor.gesture.draft.kind]).toEqual(['idle', false, 'none'])
      expect([hand.rig.entries, hand.rig.content()]).toEqual([[], before])
    })
  }

  it(`from 'aiming' leaves the drawing as it was`, () => {
    const hand = drawingWith('polygon')
    hand.tap(80, 60)
    hand.down(1, 100, 60)
    hand.move(1, 130, 60)
    expect(hand.state).toBe('aiming')
    hand.cancel(1)
    expect(hand.state).toBe('idle')
    expect(pointsOf(hand.rig)).toHaveLength(1)
  })
})

describe('a pen', () => {
  it('makes the hand on the picture count for nothing', () => {
    const hand = drawingWith('box')
    hand.down(1, 80, 60, 'hand')
    hand.move(1, 140, 90)
    hand.down(2, 20, 20, 'hand')
    hand.move(2, 90, 90)
    hand.up(1, 140, 90)
    hand.up(2, 90, 90)
    expect([hand.rig.entries, hand.rig.editor.camera.scale, hand.state]).toEqual([[], 1, 'idle'])
  })

  it('that comes down takes back what the hand had begun', () => {
    const hand = drawingWith('box')
    hand.down(1, 80, 60)
    hand.move(1, 120, 90)
    hand.pen()
    expect([hand.rig.host.busy, hand.state]).toEqual([false, 'resting'])
    hand.move(1, 150, 95)
    hand.up(1, 150, 95)
    expect([hand.rig.entries, hand.state]).toEqual([[], 'idle'])
  })

  it('in use leaves two fingers to pan and zoom, and one to do nothing', () => {
    const hand = drawingWith('box')
    hand.down(1, 80, 60, 'near')
    hand.move(1, 120, 90)
    hand.up(1, 120, 90)
    hand.down(1, 80, 60, 'near')
    hand.up(1, 80, 60)
    hand.down(1, 80, 60, 'near')
    hand.hold()
    hand.down(2, 120, 60, 'near')
    hand.move(2, 160, 60)
    expect([hand.rig.entries, hand.menus]).toEqual([[], []])
    expect(hand.rig.editor.camera.scale).toBeCloseTo(2)
  })
})
