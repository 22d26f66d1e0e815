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
  const point = (type: string, clientX: number, clientY: number, button = 2): void =>
    void canvas.dispatchEvent(new PointerEvent(type, { clientX, clientY, button, bubbles: true }))
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
