import { expect, it, onTestFinished, vi } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { Editor } from '../engine/editor.ts'
import { testIds } from '../tools/gestureRig.ts'
import { frameOf } from './frame.ts'
import { MaskCanvas } from './maskCanvas.ts'
import { defaultStyle } from './style.ts'

/** The platform's canvases: where the one on show is drawn again (device pixels; null: all of it), and what goes into tiles. */
function platform() {
  const areas: (number[] | null)[] = []
  const written: number[] = []
  let area: number[] | null = null
  const context = {
    save: () => (area = null),
    rect: (...rect: number[]) => (area = rect),
    clearRect: () => areas.push(area),
    putImageData: (...given: number[]) => written.push(given[5]! * given[6]!),
    ...Object.fromEntries(['restore', 'beginPath', 'clip', 'drawImage'].map((name) => [name, () => undefined])),
  }
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data: Uint8ClampedArray
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(4 * width * height)
      }
    },
  )
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
  return { context: context as never, areas, written }
}

const full = (x: number, y: number, side: number): MaskShape =>
  maskFromBits(new Uint8Array(side * side).fill(1), { x, y, w: side, h: side })

it('draws again only where masks look different, and all of it where the camera went', () => {
  const { context, areas, written } = platform()
  const newId = testIds()
  const itemId = newId()
  const record = (shape: MaskShape, z: number): Annotation => ({
    id: newId(),
    itemId,
    classId: null,
    region: 'object',
    shape,
    attributes: {},
    provenance: { kind: 'human' },
    z,
    rev: 1,
  })
  const [large, small] = [record(full(0, 0, 400), 0), record(full(100, 100, 20), 1)]
  const editor = new Editor({ newId, commit: () => undefined })
  editor.resize({ width: 500, height: 500, pixelRatio: 1 })
  editor.open(itemId, { width: 400, height: 400 }, 1, [large, small], [])
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  const masks = new MaskCanvas(editor, defaultStyle)
  const draw = (): void => masks.draw(frameOf(context, editor), false)
  draw()
  expect([areas.splice(0), written.splice(0).length]).toEqual([[null], 1])
  // A hole in the large mask, as a stroke leaves it.
  const bits = new Uint8Array(400 * 400).fill(1)
  for (let y = 300; y < 310; y++) bits.fill(0, y * 400 + 200, y * 400 + 230)
  editor.commitPatches('eraseMask', new Map([[large.id, { shape: maskFromBits(bits, { x: 0, y: 0, w: 400, h: 400 }) }]]))
  masks.layersChanged()
  draw()
  expect([areas.splice(0), written.splice(0)]).toEqual([[[197, 297, 36, 16]], [30 * 10]])
  // Nothing that shows: nothing is drawn.
  editor.commitPatches('move', new Map([[small.id, { attributes: { pose: 'Left' } }]]))
  masks.layersChanged()
  draw()
  expect([areas, written]).toEqual([[], []])
  masks.moved()
  draw()
  expect([areas, written]).toEqual([[null], []])
})
