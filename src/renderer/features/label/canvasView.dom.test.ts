import { afterEach, expect, it } from 'vitest'
import { createRig } from '../../canvas/tools/gestureRig.ts'
import { listenToKeys } from './canvasView.ts'

afterEach(() => (document.body.innerHTML = ''))

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
