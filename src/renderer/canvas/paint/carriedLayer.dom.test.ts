import { expect, it, onTestFinished, vi } from 'vitest'
import { CarriedLayer } from './carriedLayer.ts'
import type { FrameView } from './frame.ts'

const view: FrameView = { scale: 2, offsetX: 10, offsetY: 20, ratio: 2, width: 400, height: 300 }

function rig() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const canvas = document.createElement('canvas')
  const rested = vi.fn()
  return { canvas, rested, layer: new CarriedLayer(canvas, rested) }
}

it('what was drawn stands where the camera has it, until the camera rests', () => {
  const { canvas, rested, layer } = rig()
  expect(layer.carry(view)).toBe(false)
  layer.drawn(view, true)
  expect([layer.carry({ ...view, scale: 3, offsetX: 5 }), layer.isMoved]).toEqual([true, true])
  // A place of the picture, by hand: 7 is at 24 of the drawing, and is to be at 26 device pixels.
  expect(canvas.style.transform).toBe('matrix(1.5, 0, 0, 1.5, -5, -5)')
  expect((24 / 2) * 1.5 - 5).toBe((7 * 3 + 5) / 2)
  vi.advanceTimersByTime(80)
  layer.carry({ ...view, offsetX: 4 })
  vi.advanceTimersByTime(80)
  expect(rested).not.toHaveBeenCalled()
  vi.advanceTimersByTime(10)
  expect(rested).toHaveBeenCalledTimes(1)
  layer.drawn({ ...view, offsetX: 4 }, true)
  expect([canvas.style.transform, layer.isMoved]).toEqual(['', false])
})

it('a drawing that would show too little, or is of another size, is no answer', () => {
  const { canvas, rested, layer } = rig()
  layer.drawn(view, true)
  const others: readonly FrameView[] = [
    { ...view, scale: 4.1 },
    { ...view, scale: 0.9 },
    { ...view, width: 401 },
    { ...view, ratio: 1 },
  ]
  expect(others.map((other) => layer.carry(other))).toEqual([false, false, false, false])
  expect([canvas.style.transform, layer.isMoved]).toEqual(['', false])
  layer.carry(view)
  layer.close()
  vi.advanceTimersByTime(500)
  expect(rested).not.toHaveBeenCalled()
})

it('a drawing that is cut off at the edges of the viewport is carried only where they stay out of sight', () => {
  const { layer } = rig()
  layer.drawn(view, false)
  const larger = { ...view, scale: 3 }
  // By hand: at one and a half times the size the drawing is 600 x 450, and has to reach from 0 to 400 and to 300.
  const offsets = [
    [15, 30],
    [16, 30],
    [15, 31],
    [-185, -120],
    [-186, -120],
    [-185, -121],
  ] as const
  expect(offsets.map(([offsetX, offsetY]) => layer.carry({ ...larger, offsetX, offsetY }))).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
  ])
  expect(layer.carry({ ...view, offsetX: 11 })).toBe(false)
  expect(layer.carry(view)).toBe(true)
  layer.close()
})
