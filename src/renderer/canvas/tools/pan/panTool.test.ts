import { expect, it } from 'vitest'
import { createRig } from '../gestureRig.ts'

it('drags the picture, and cancel lets go of it', () => {
  const rig = createRig()
  rig.host.choose('pan')
  expect(rig.host.cursor()).toBe('grab')
  rig.down(10, 10)
  expect(rig.host.stateName).toBe('dragging')
  rig.move(30, 25)
  expect(rig.editor.camera).toEqual({ scale: 1, x: 20, y: 15 })
  rig.host.cancel()
  expect(rig.host.stateName).toBe('idle')
  rig.move(90, 90)
  expect(rig.editor.camera).toEqual({ scale: 1, x: 20, y: 15 })
  expect(rig.entries).toEqual([])
})

it('drags by whole device pixels, and the picture stays under the pointer', () => {
  const rig = createRig()
  rig.editor.resize({ ...rig.editor.view, pixelRatio: 2 })
  rig.host.choose('pan')
  const { x, y } = rig.editor.camera
  rig.down(10, 10)
  for (let i = 1; i <= 30; i++) {
    rig.move(10 + i * 0.7, 10 - i * 0.3)
    const [dx, dy] = [rig.editor.camera.x - x, rig.editor.camera.y - y]
    expect([Number.isInteger(dx * 2), Number.isInteger(dy * 2)]).toEqual([true, true])
    expect(Math.abs(dx - i * 0.7)).toBeLessThanOrEqual(0.25 + 1e-9)
    expect(Math.abs(dy + i * 0.3)).toBeLessThanOrEqual(0.25 + 1e-9)
  }
})

it('the wheel zooms at the pointer, with Shift it scrolls sideways', () => {
  const rig = createRig()
  const under = (): number => (60 - rig.editor.camera.x) / rig.editor.camera.scale
  const before = under()
  rig.host.wheel({ x: 60, y: 40 }, 0, -240, { shift: false, alt: false, mod: false })
  expect(rig.editor.camera.scale).toBeGreaterThan(1.5)
  expect(under()).toBeCloseTo(before)
  const x = rig.editor.camera.x
  rig.host.wheel({ x: 60, y: 40 }, 0, 30, { shift: true, alt: false, mod: false })
  expect(rig.editor.camera.x).toBe(x - 30)
})

it('one notch of the wheel with Ctrl zooms about as far as one without', () => {
  const zoomOf = (mod: boolean): number => {
    const rig = createRig()
    rig.host.wheel({ x: 60, y: 40 }, 0, -120, { shift: false, alt: false, mod })
    return rig.editor.camera.scale
  }
  expect(zoomOf(true)).toBeCloseTo(zoomOf(false), 1)
  expect(zoomOf(true)).toBeGreaterThan(1.2)
})

it('by choice the wheel scrolls, and zooms with Ctrl', () => {
  const rig = createRig()
  rig.editor.setSettings({ view: { wheel: 'scroll' } })
  const wheel = (mod: boolean): void => rig.host.wheel({ x: 60, y: 40 }, 10, 30, { shift: false, alt: false, mod })
  wheel(false)
  expect(rig.editor.camera).toEqual({ scale: 1, x: -10, y: -30 })
  wheel(true)
  expect(rig.editor.camera.scale).toBeLessThan(1)
})
