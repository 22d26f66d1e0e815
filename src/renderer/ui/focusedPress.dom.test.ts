import { expect, it } from 'vitest'
import { isPressOfFocused } from './commands.ts'

it('Enter and Space are those of a button that has the focus, and the page’s on the canvas and where nothing has it', () => {
  document.body.innerHTML = '<button id="button">x</button><div id="canvas" role="application" tabindex="0"></div>'
  const found: boolean[] = []
  window.addEventListener('keydown', (event) => found.push(isPressOfFocused(event)))
  const press = (target: HTMLElement, key: string, more: KeyboardEventInit = {}): void =>
    void target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...more }))
  const [button, canvas] = ['button', 'canvas'].map((id) => document.getElementById(id)!)
  press(button!, 'Enter')
  press(button!, ' ')
  press(button!, 'Enter', { ctrlKey: true })
  press(button!, 'd')
  press(canvas!, ' ')
  press(document.body, 'Enter')
  expect(found).toEqual([true, true, false, false, false, false])
})
