import { expect, it, onTestFinished, vi } from 'vitest'
import { WholePicture } from '../picture/wholePicture.ts'
import { createRig } from '../tools/gestureRig.ts'
import { Painter } from './painter.ts'

/** A painter above a host, whose frames come when a test says so; what the interaction layer was asked for, in order. */
function rig() {
  const frames: FrameRequestCallback[] = []
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame))
  vi.stubGlobal('cancelAnimationFrame', () => undefined)
  const asked: string[] = []
  const contextOf = (canvas: HTMLCanvasElement) =>
    new Proxy(
      {},
      {
        get: (known, name) =>
          name in known
            ? (Reflect.get(known, name) as unknown)
            : () => void (canvas.dataset['layer'] === 'interaction' && asked.push(String(name)), undefined),
        set: (known, name, value) => Reflect.set(known, name, value),
      },
    )
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    return contextOf(this) as never
  })
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
  const { editor } = createRig()
  editor.setLook({ names: false, masks: false })
  const host = document.createElement('div')
  const painter = new Painter(host, editor)
  onTestFinished(() => painter.dispose())
  const frame = (): void => {
    for (const one of frames.splice(0)) one(0)
  }
  const layer = (name: string): HTMLCanvasElement => host.querySelector<HTMLCanvasElement>(`[data-layer=${name}]`)!
  return { editor, host, painter, asked, frame, layer }
}

it('a layer with nothing on it is out of sight without being drawn, and is cleared before it is drawn again', () => {
  const { editor, host, asked, frame, layer } = rig()
  frame()
  expect([layer('interaction').style.opacity, layer('shapes').style.opacity, asked]).toEqual(['0', '1', []])
  editor.gesture.setDraft({ kind: 'marquee', bounds: { minX: 1, minY: 1, maxX: 9, maxY: 9 } })
  frame()
  expect([layer('interaction').style.opacity, asked[0]]).toEqual(['1', 'clearRect'])
  asked.length = 0
  editor.gesture.setDraft({ kind: 'none' })
  frame()
  expect([layer('interaction').style.opacity, asked, host.dataset['settled']]).toEqual(['0', [], 'true'])
  editor.setCamera({ scale: 1.5, x: 3, y: 0 })
  frame()
  expect(asked).toEqual([])
  editor.gesture.setDraft({ kind: 'marquee', bounds: { minX: 1, minY: 1, maxX: 5, maxY: 9 } })
  frame()
  expect([layer('interaction').style.opacity, asked[0]]).toEqual(['1', 'clearRect'])
})

it('shows where the picture ends by a hairline around it, as far as it is in sight', () => {
  const { editor, host, painter, frame } = rig()
  const rims = () =>
    [...host.querySelectorAll<HTMLElement>('[data-rim]')].filter((line) => !line.hidden).map((line) => line.style.transform)
  frame()
  expect(rims()).toEqual([])
  painter.setPicture(new WholePicture(document.createElement('canvas'), editor.image))
  const { width, height } = editor.image
  editor.setCamera({ scale: 0.5, x: 20, y: 10 })
  frame()
  const [w, h] = [width / 2, height / 2]
  expect(new Set(rims())).toEqual(
    new Set([
      `matrix(${w + 2}, 0, 0, 1, 19, 9)`,
      `matrix(${w + 2}, 0, 0, 1, 19, ${10 + h})`,
      `matrix(1, 0, 0, ${h}, 19, 10)`,
      `matrix(1, 0, 0, ${h}, ${20 + w}, 10)`,
    ]),
  )
  // Far in, all four lie just outside of what is seen.
  const view = editor.view
  editor.setCamera({ scale: 500, x: -5_000, y: -5_000 })
  frame()
  for (const [, kx, ky, x, y] of rims().map((text) => /\((.+), 0, 0, (.+), (.+), (.+)\)/.exec(text)!.map(Number))) {
    const out = x! + kx! <= 0 || y! + ky! <= 0 || x! >= view.width || y! >= view.height
    expect([out, kx! <= view.width + 10, ky! <= view.height + 10]).toEqual([true, true, true])
  }
  painter.setPicture(null)
  frame()
  expect(rims()).toEqual([])
})
