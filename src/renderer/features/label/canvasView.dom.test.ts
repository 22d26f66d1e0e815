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

/** A polygon of three points under way beside other things that take the focus. */
function underWay() {
  document.body.innerHTML = `<div id="canvas" tabindex="0"></div><button id="button"><i id="icon"></i></button><input id="slider" type="range" />
    <div id="list" role="listbox" tabindex="0"></div><input id="search" />`
  const byId = (id: string): HTMLElement => document.getElementById(id)!
  const rig = createRig()
  const stop = listenToKeys(byId('canvas'), rig.host)
  /** Keys that got through to what has the focus. */
  const heard: string[] = []
  document.body.addEventListener('keydown', ({ key }) => heard.push(key))
  const focus = (id: string): void => {
    byId(id).focus()
    byId(id).dispatchEvent(new FocusEvent('focusin', { bubbles: true }))
  }
  rig.host.choose('polygon')
  for (const [x, y] of [
    [80, 60],
    [99, 60],
    [90, 90],
  ] as const)
    rig.click(x, y)
  return {
    ...rig,
    stop,
    heard,
    focus,
    points: () => ('points' in rig.editor.gesture.draft ? rig.editor.gesture.draft.points.length : 0),
    /** A press on something, perhaps on a part of what takes the focus. */
    click(id: string, part = id) {
      byId(part).dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
      focus(id)
      byId(part).dispatchEvent(new PointerEvent('pointerup', { bubbles: true }))
    },
    reach(id: string) {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab' }))
      focus(id)
    },
    /** Whether the key was taken from what has the focus. */
    press: (id: string, key: string, more: KeyboardEventInit = {}): boolean =>
      !byId(id).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })),
  }
}

it('undo is of what is under way wherever the focus is, except in a text field or behind a dialog', () => {
  const page = underWay()
  const { press, points, host } = page
  page.click('button')
  expect([press('button', 'z', { ctrlKey: true }), points()]).toEqual([true, 2])
  page.reach('button')
  expect([press('button', 'z', { ctrlKey: true }), points()]).toEqual([true, 1])
  expect(page.heard).toEqual([])
  page.click('search')
  expect([press('search', 'z', { ctrlKey: true }), points()]).toEqual([false, 1])
  const dialog = document.createElement('div')
  dialog.setAttribute('role', 'dialog')
  document.body.append(dialog)
  expect([press('button', 'z', { ctrlKey: true }), points()]).toEqual([false, 1])
  dialog.remove()
  // Nothing that was saved comes back in the middle of a drawing.
  expect(press('button', 'Z', { ctrlKey: true, shiftKey: true })).toBe(true)
  expect([press('list', 'z', { ctrlKey: true }), host.busy]).toEqual([true, false])
  expect(press('button', 'z', { ctrlKey: true })).toBe(false)
  page.stop()
})

it('Enter, Esc and Backspace are of what is under way after a click on a button, a slider or a list', () => {
  for (const [id, part] of [
    ['button', 'icon'],
    ['slider', 'slider'],
    ['list', 'list'],
  ] as const) {
    const page = underWay()
    page.click(id, part)
    expect([page.press(id, 'ArrowRight'), page.heard]).toEqual([false, ['ArrowRight']])
    expect([page.press(id, 'Enter'), page.host.busy, page.entries.length]).toEqual([true, false, 1])
    expect([page.press(id, 'Enter'), page.press(id, 'Escape'), page.heard]).toEqual([false, false, ['ArrowRight', 'Enter', 'Escape']])
    page.stop()
    const other = underWay()
    other.click(id, part)
    expect([other.press(id, 'Backspace'), other.points()]).toEqual([true, 2])
    expect([other.press(id, 'Escape'), other.host.busy, other.host.active]).toEqual([true, false, 'polygon'])
    other.stop()
  }
})

it('a button that was reached by Tab keeps Enter, Space and Tab; what Enter does not press leaves it to what is under way', () => {
  const page = underWay()
  page.reach('button')
  for (const key of ['Enter', ' ', 'Tab']) expect(page.press('button', key)).toBe(false)
  expect([page.heard, page.points()]).toEqual([['Enter', ' ', 'Tab'], 3])
  // The same button is clicked after that.
  page.click('button')
  expect(page.press('button', 'Enter')).toBe(true)
  expect(page.entries).toHaveLength(1)
  page.stop()
  const other = underWay()
  other.reach('slider')
  expect([other.press('slider', 'Tab'), other.press('slider', 'Enter'), other.entries.length]).toEqual([false, true, 1])
  other.stop()
  const third = underWay()
  third.reach('list')
  expect([third.press('list', 'Enter'), third.press('list', 'Escape'), third.host.busy]).toEqual([false, true, false])
  third.stop()
})

it('a list that a program gave the focus after a click elsewhere has its own Enter', () => {
  const page = underWay()
  page.click('button')
  page.focus('list')
  expect(page.press('list', 'Enter')).toBe(false)
  page.stop()
})
