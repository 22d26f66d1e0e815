import { describe, expect, it } from 'vitest'
import { createRig, type Rig } from '../gestureRig.ts'

const start = (): Rig => {
  const rig = createRig()
  rig.host.choose('comment')
  return rig
}

describe('comment tool', () => {
  it('pins to the object under the click, or to the bare picture, and changes nothing itself', () => {
    const rig = start()
    const before = rig.content()
    rig.click(15, 12)
    expect(rig.host.stateName).toBe('writing')
    expect(rig.editor.gesture.draft).toEqual({ kind: 'pin', at: { x: 15, y: 12 }, on: rig.ids.box })
    rig.click(180, 20)
    expect(rig.editor.gesture.draft).toEqual({ kind: 'pin', at: { x: 180, y: 20 }, on: null })
    expect(rig.content()).toEqual(before)
    expect(rig.entries).toEqual([])
  })

  it('follows the pointer until the button is let go, and stays in the picture', () => {
    const rig = start()
    rig.down(15, 12)
    expect(rig.host.stateName).toBe('aiming')
    rig.move(230, -4)
    expect(rig.editor.gesture.draft).toEqual({ kind: 'pin', at: { x: 200, y: 0 }, on: null })
    rig.up(230, -4)
    expect(rig.host.stateName).toBe('writing')
  })

  it.each([
    ['aiming', (rig: Rig) => rig.down(15, 12)],
    ['writing', (rig: Rig) => rig.click(15, 12)],
  ])("cancel in '%s' leaves no pin", (state, reach) => {
    const rig = start()
    reach(rig)
    expect(rig.host.stateName).toBe(state)
    rig.host.key({ type: 'cancel' })
    expect(rig.host.stateName).toBe('idle')
    expect(rig.editor.gesture.draft).toEqual({ kind: 'none' })
    rig.up(15, 12)
    expect(rig.host.stateName).toBe('idle')
  })

  it('goes with undo while the words are awaited', () => {
    const rig = start()
    rig.click(15, 12)
    rig.host.key({ type: 'back' })
    expect([rig.host.stateName, rig.editor.gesture.draft.kind]).toEqual(['idle', 'none'])
  })

  it('is pinned by keys: to the selected object, or to the cursor that arrows move', () => {
    const rig = start()
    rig.host.key({ type: 'finish' })
    expect(rig.host.stateName).toBe('idle')
    rig.editor.select([rig.ids.box])
    rig.host.key({ type: 'finish' })
    expect(rig.editor.gesture.draft).toEqual({ kind: 'pin', at: { x: 40, y: 10 }, on: rig.ids.box })
    rig.host.key({ type: 'cancel' })
    rig.editor.select([])
    rig.editor.gesture.setPointer({ x: 100, y: 80 })
    rig.host.key({ type: 'nudge', dx: 10, dy: 0, grow: false })
    rig.host.key({ type: 'finish' })
    expect(rig.editor.gesture.draft).toEqual({ kind: 'pin', at: { x: 110, y: 80 }, on: null })
  })
})
