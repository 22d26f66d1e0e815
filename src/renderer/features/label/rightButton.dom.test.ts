import { expect, it } from 'vitest'
import { createRig } from '../../canvas/tools/gestureRig.ts'
import { listenToPointer } from './canvasView.ts'

it('the right button drags copies; a click of it, and it alone, asks for the menu when it is let go', () => {
  document.body.innerHTML = '<div></div>'
  const canvas = document.querySelector('div')!
  const rig = createRig()
  rig.editor.resize({ width: 200, height: 100, pixelRatio: 1 })
  const stop = listenToPointer(canvas, rig.editor, rig.host)
  rig.editor.setCamera({ scale: 1, x: 0, y: 0 })
  let menus = 0
  canvas.addEventListener('contextmenu', () => menus++)
  // While the pointer moves the button is held.
  const point = (type: string, clientX: number, clientY: number, button = 2): void =>
    void canvas.dispatchEvent(new PointerEvent(type, { clientX, clientY, button, buttons: button === -1 ? 2 : 0, bubbles: true }))
  point('pointerdown', 50, 50)
  expect(menus).toBe(0)
  point('pointerup', 51, 50)
  expect(menus).toBe(1)
  point('pointerdown', 50, 50)
  point('pointermove', 60, 80, -1)
  point('pointerup', 60, 80)
  expect(menus).toBe(1)
  expect(rig.entries.map((entry) => entry.command)).toEqual(['duplicate'])
  // A drawing tool has no use for the button: the platform's own menu event comes through.
  rig.host.choose('polygon')
  point('pointerdown', 50, 50)
  point('pointerup', 50, 50)
  expect(menus).toBe(1)
  expect(rig.host.stateName).toBe('idle')
  stop()
})

function canvasOf() {
  document.body.innerHTML = '<div></div>'
  const canvas = document.querySelector('div')!
  const rig = createRig()
  const stop = listenToPointer(canvas, rig.editor, rig.host)
  rig.editor.setCamera({ scale: 1, x: 0, y: 0 })
  const point = (type: string, clientX: number, clientY: number, button: number): void =>
    void canvas.dispatchEvent(
      new PointerEvent(type, { clientX, clientY, button, buttons: button === -1 ? 32 : 0, pointerType: 'pen', bubbles: true }),
    )
  return { rig, point, stop }
}

it('the eraser end of a pen erases with the brush, and does what the right button does elsewhere', () => {
  const { rig, point, stop } = canvasOf()
  rig.editor.select([rig.ids.mask])
  rig.host.choose('brush')
  point('pointerdown', 160, 70, 5)
  point('pointermove', 165, 75, -1)
  point('pointerup', 165, 75, 5)
  expect(rig.entries.map(({ command }) => command)).toEqual(['eraseMask'])
  rig.host.choose('polygon')
  point('pointerdown', 50, 50, 5)
  point('pointerup', 50, 50, 5)
  expect(rig.host.stateName).toBe('idle')
  stop()
})

it('a pen that is lost takes back its press, not what was drawn before', () => {
  const { rig, point, stop } = canvasOf()
  rig.host.choose('polygon')
  for (const [x, y] of [
    [110, 60],
    [140, 60],
    [140, 90],
  ] as const) {
    point('pointerdown', x, y, 0)
    point('pointerup', x, y, 0)
  }
  point('pointercancel', 150, 95, 0)
  expect(rig.editor.gesture.draft).toMatchObject({ kind: 'polygon', points: { length: 3 } })
  point('pointerdown', 110, 90, 0)
  point('pointercancel', 110, 90, 0)
  expect(rig.editor.gesture.draft).toMatchObject({ kind: 'polygon', points: { length: 3 } })
  stop()
})
