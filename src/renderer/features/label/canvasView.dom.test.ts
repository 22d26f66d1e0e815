import { afterEach, expect, it } from 'vitest'
import { createRig } from '../../canvas/tools/gestureRig.ts'
import { putKeysInForce } from '../../ui/keyMap.ts'
import { listenToKeys, listenToPointer } from './canvasView.ts'

afterEach(() => {
  document.body.innerHTML = ''
  putKeysInForce(new Map())
})

function page() {
  document.body.innerHTML = '<div id="canvas" tabindex="0"></div><button id="tab">Objects</button><input id="search" />'
  const byId = (id: string): HTMLElement => document.getElementById(id)!
  const stop = listenToKeys(byId('canvas'), createRig().host)
  const focus = (id: string): void => {
    byId(id).focus()
    byId(id).dispatchEvent(new FocusEvent('focusin', { bubbles: true }))
  }
  const point = (type: string): void => void byId('canvas').dispatchEvent(new PointerEvent(type))
  /** Whether the canvas takes a Space that is pressed on the element. */
  const takesSpace = (id: string): boolean => {
    const event = new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true })
    byId(id).dispatchEvent(event)
    window.dispatchEvent(new KeyboardEvent('keyup', { key: ' ' }))
    return event.defaultPrevented
  }
  return { focus, point, takesSpace, stop }
}

it("Space on a button is the canvas's once the pointer is back over the picture, and the button's after it is focused again", () => {
  const { focus, point, takesSpace, stop } = page()
  focus('tab')
  expect(takesSpace('tab')).toBe(false)
  point('pointermove')
  expect(takesSpace('tab')).toBe(true)
  focus('tab')
  expect(takesSpace('tab')).toBe(false)
  point('pointermove')
  point('pointerleave')
  expect(takesSpace('tab')).toBe(false)
  stop()
})

it('never takes a key from a text field', () => {
  const { focus, point, takesSpace, stop } = page()
  focus('search')
  point('pointermove')
  expect(takesSpace('search')).toBe(false)
  expect(takesSpace('canvas')).toBe(true)
  stop()
})

it('finishes, takes back, cancels and pans with the keys of the map, and lets a held key go whatever the map says by then', () => {
  document.body.innerHTML = '<div id="canvas" tabindex="0"></div>'
  const canvas = document.getElementById('canvas')!
  const rig = createRig()
  const stop = listenToKeys(canvas, rig.host)
  const press = (key: string, type = 'keydown'): boolean =>
    !canvas.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }))
  putKeysInForce(
    new Map([
      ['canvas.finish', ['N', 'Space']],
      ['canvas.back', ['X']],
      ['canvas.holdPan', ['Y']],
    ]),
  )
  rig.host.choose('polygon')
  for (const [x, y] of [
    [80, 60],
    [99, 60],
    [90, 90],
    [10, 90],
  ] as const)
    rig.click(x, y)
  expect([press('Enter'), press('Backspace')]).toEqual([false, false])
  expect([press('x'), press(' ')]).toEqual([true, true])
  expect(rig.editor.single?.shape).toMatchObject({ kind: 'polygon' })
  expect(press('y')).toBe(true)
  expect(rig.host.cursor()).toBe('grab')
  putKeysInForce(new Map())
  press('y', 'keyup')
  expect(rig.host.cursor()).toBe('crosshair')
  stop()
})

it('ends a press with the button that began it, whichever is let go last', () => {
  document.body.innerHTML = '<div id="canvas" tabindex="0"></div>'
  const canvas = document.getElementById('canvas')!
  canvas.setPointerCapture = () => undefined
  const { host, editor } = createRig()
  const stop = listenToPointer(canvas, editor, host)
  const at = (type: string, button: number, buttons: number, clientX: number): void =>
    void canvas.dispatchEvent(new PointerEvent(type, { pointerType: 'mouse', button, buttons, clientX, clientY: 5 }))
  const [left, right] = [1, 2]
  // Both buttons in overlap: a browser tells of the first release by a move.
  at('pointerdown', 0, left, 100)
  at('pointermove', -1, left, 130)
  expect(host.busy).toBe(true)
  at('pointermove', 2, left | right, 130)
  at('pointermove', 0, right, 130)
  expect(host.busy).toBe(false)
  at('pointerup', 2, 0, 130)
  expect(host.busy).toBe(false)
  // Let go where nothing was heard of it, over another window.
  at('pointerdown', 0, left, 120)
  at('pointermove', -1, left, 145)
  expect(host.busy).toBe(true)
  at('pointermove', -1, 0, 150)
  expect(host.busy).toBe(false)
  stop()
})
