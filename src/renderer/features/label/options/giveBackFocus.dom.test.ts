import { afterEach, expect, it } from 'vitest'
import { giveBackFocus } from './giveBackFocus.ts'

afterEach(() => void (document.body.innerHTML = ''))

function page() {
  document.body.innerHTML = `<div id="bar">
      <button id="choice"><i id="icon"></i></button><button id="opener" aria-expanded="false"></button>
      <label id="label">Size <input id="slider" type="range" /></label><input id="number" type="number" />
    </div><button id="option"></button>`
  const byId = (id: string): HTMLElement => document.getElementById(id)!
  let given = 0
  const stop = giveBackFocus(byId('bar'), () => given++)
  const on = (type: string, id: string): void => void byId(id).dispatchEvent(new PointerEvent(type, { bubbles: true }))
  return {
    stop,
    /** How often the canvas got the focus since it was asked last. */
    given: () => [given, (given = 0)][0],
    down: (id: string): void => on('pointerdown', id),
    up: (id: string): void => on('pointerup', id),
    key: (key: string): void => void document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })),
    focusin: (id: string): void => void byId(id).dispatchEvent(new FocusEvent('focusin', { bubbles: true })),
    /** `detail`: 0 for a press by key. */
    click: (id: string, detail = 1): void => void byId(id).dispatchEvent(new MouseEvent('click', { bubbles: true, detail })),
  }
}

it('a click on a button gives the focus to the canvas, a press by key does not', () => {
  const { stop, given, click } = page()
  click('icon')
  expect(given()).toBe(1)
  click('choice', 0)
  click('label')
  click('number')
  click('bar')
  expect(given()).toBe(0)
  stop()
  click('choice')
  expect(given()).toBe(0)
})

it('a slider gives it back when it is let go, wherever that is', () => {
  const { stop, given, down, up, click } = page()
  down('slider')
  expect(given()).toBe(0)
  up('option')
  click('slider')
  expect(given()).toBe(1)
  up('slider')
  expect(given()).toBe(0)
  stop()
})

it('what opens a list keeps it until something is chosen there by pointer', () => {
  const { stop, given, down, up, click, key, focusin } = page()
  const open = (): void => {
    down('opener')
    focusin('opener')
    up('opener')
    click('opener')
  }
  const choose = (): void => {
    down('option')
    up('option')
  }
  open()
  expect(given()).toBe(0)
  choose()
  focusin('opener')
  expect(given()).toBe(1)
  // By key, or only later, it is who uses the keyboard that goes there.
  focusin('opener')
  open()
  key('Enter')
  focusin('opener')
  expect(given()).toBe(0)
  stop()
})
