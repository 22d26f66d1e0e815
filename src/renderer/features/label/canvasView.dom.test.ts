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

it("takes two taps of a pen for a double click further apart than a mouse's", () => {
  document.body.innerHTML = '<div id="canvas" tabindex="0"></div>'
  const canvas = document.getElementById('canvas')!
  canvas.setPointerCapture = () => undefined
  /** Whether a polygon is closed by two clicks so far apart. */
  const closes = (pointerType: string, apartPx: number): boolean => {
    const { host, editor } = createRig()
    const stop = listenToPointer(canvas, editor, host)
    // Nothing is laid out here, so the element has no size.
    editor.resize({ width: 200, height: 100, pixelRatio: 1 })
    editor.setCamera({ scale: 1, x: 0, y: 0 })
    const tap = (clientX: number, clientY: number): void => {
      const at = { pointerType, button: 0, clientX, clientY }
      canvas.dispatchEvent(new PointerEvent('pointermove', { ...at, button: -1, buttons: 0 }))
      canvas.dispatchEvent(new PointerEvent('pointerdown', { ...at, buttons: 1 }))
      canvas.dispatchEvent(new PointerEvent('pointerup', { ...at, buttons: 0 }))
    }
    host.choose('polygon')
    for (const [x, y] of [
      [80, 60],
      [140, 60],
      [110, 90],
      [110 + apartPx, 90],
    ] as const)
      tap(x, y)
    const closed = !host.busy
    stop()
    return closed
  }
  expect([closes('mouse', 3), closes('mouse', 12), closes('pen', 12), closes('pen', 25)]).toEqual([true, false, true, false])
})
