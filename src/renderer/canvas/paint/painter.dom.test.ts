import { expect, it, onTestFinished, vi } from 'vitest'
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
  return { editor, host, asked, frame, layer }
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
