import { expect, it, onTestFinished, vi } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { MaskShape, Shape } from '../../../shared/model/shape.ts'
import { noDraft } from '../engine/draft.ts'
import { Editor } from '../engine/editor.ts'
import { extendStroke, type Stroke } from '../engine/stroke.ts'
import { testIds } from '../tools/gestureRig.ts'
import { frameOf } from './frame.ts'
import { MaskCanvas } from './maskCanvas.ts'
import { defaultStyle } from './style.ts'

/** The platform's canvases: where the one on show is drawn again (device pixels; null: all of it), where tiles go on it, and what goes into them. */
function platform() {
  const areas: (number[] | null)[] = []
  const written: number[] = []
  const placed: number[] = []
  let tile: ImageData | null = null
  let area: number[] | null = null
  const context = {
    save: () => (area = null),
    rect: (...rect: number[]) => (area = rect),
    clearRect: () => areas.push(area),
    putImageData(image: ImageData, ...given: number[]) {
      tile = image
      written.push(given[4]! * given[5]!)
    },
    drawImage: (_: unknown, x: number) => placed.push(x),
    ...Object.fromEntries(['restore', 'beginPath', 'clip'].map((name) => [name, () => undefined])),
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
  /** Opacity of a pixel of the tile that was written last. */
  const alphaAt = (x: number, y: number): number => tile!.data[4 * (y * 512 + x) + 3]!
  return { context: context as never, areas, written, placed, alphaAt }
}

const full = (x: number, y: number, side: number): MaskShape =>
  maskFromBits(new Uint8Array(side * side).fill(1), { x, y, w: side, h: side })

/** A picture with these shapes, its corner in the corner of the viewport. */
function scene(context: never, image: { readonly width: number; readonly height: number }, shapes: readonly Shape[], scale = 1) {
  const newId = testIds()
  const itemId = newId()
  const records = shapes.map((shape, z): Annotation => ({
    id: newId(),
    itemId,
    classId: null,
    region: 'object',
    shape,
    attributes: {},
    provenance: { kind: 'human' },
    z,
    rev: 1,
  }))
  const editor = new Editor({ newId, commit: () => undefined })
  editor.resize({ width: image.width + 100, height: image.height + 100, pixelRatio: 1 })
  editor.open(itemId, image, 1, records, [])
  editor.setCamera({ scale, x: 0, y: 0 })
  const masks = new MaskCanvas(editor, defaultStyle)
  const draw = (): void => masks.draw(frameOf(context, editor), false)
  return { editor, masks, draw, records }
}

it('draws again only where masks look different, and all of it where the camera went', () => {
  const { context, areas, written } = platform()
  const { editor, masks, draw, records } = scene(context, { width: 400, height: 400 }, [full(0, 0, 400), full(100, 100, 20)])
  const [large, small] = [records[0]!, records[1]!]
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

it('what is cleared beyond the border of a tile is drawn again with the tile beside it', () => {
  const { context, placed } = platform()
  const whole = { x: 0, y: 0, w: 1024, h: 64 }
  const bits = new Uint8Array(1024 * 64).fill(1)
  const { editor, masks, draw, records } = scene(context, { width: 1024, height: 64 }, [maskFromBits(bits, whole)], 0.51)
  draw()
  expect(placed.splice(0)).toEqual([0, 261])
  // A hole that ends 5 pixels before the second tile: 3 on the canvas, where 3 more than the hole are cleared.
  for (let y = 20; y < 30; y++) bits.fill(0, y * 1024 + 490, y * 1024 + 507)
  editor.commitPatches('eraseMask', new Map([[records[0]!.id, { shape: maskFromBits(bits, whole) }]]))
  masks.layersChanged()
  draw()
  expect(placed).toEqual([0, 261])
})

it('a polygon that was to become a mask is none any more when the stroke is given up', () => {
  const { context, alphaAt } = platform()
  const corners = [
    [100, 100],
    [140, 100],
    [140, 140],
    [100, 140],
  ] as const
  const polygon: Shape = { kind: 'polygon', parts: [{ outer: corners.map(([x, y]): [number, number] => [x, y]), holes: [] }] }
  const { editor, masks, draw, records } = scene(context, { width: 400, height: 400 }, [full(0, 0, 10), polygon])
  draw()
  for (const covered of [null, { x: 300, columns: [[300, 302]] }]) {
    const stroke: Stroke = { erase: false, targetId: records[1]!.id, columns: [], guarded: [] }
    editor.gesture.setDraft({ kind: 'stroke', stroke, step: covered && extendStroke(stroke, covered) })
    expect(masks.draftChanged()).toBe(true)
    draw()
    expect(alphaAt(120, 120)).toBe(255)
    editor.gesture.setDraft(noDraft)
    expect(masks.draftChanged()).toBe(true)
    draw()
    expect(alphaAt(120, 120)).toBe(0)
  }
})

it('a tile that is not on show keeps few steps of a stroke, and none when it is over', () => {
  const { context, written } = platform()
  const { editor, masks, draw } = scene(context, { width: 400, height: 400 }, [full(0, 0, 400)], 0.5)
  const zoom = (scale: number): number => {
    editor.setCamera({ scale, x: 0, y: 0 })
    masks.moved()
    written.splice(0)
    draw()
    return written.length
  }
  const paint = (stroke: Stroke): void => {
    for (let x = 0; x < 400; x += 2) {
      const rows = [10, 12]
      const step = extendStroke(stroke, { x, columns: [rows, rows] })
      editor.gesture.setDraft({ kind: 'stroke', stroke, step })
      masks.draftChanged()
      draw()
    }
  }
  draw()
  expect(zoom(1)).toBe(1)
  paint({ erase: false, targetId: null, columns: [], guarded: [] })
  const most = zoom(0.5)
  expect([most > 0, most < 70]).toEqual([true, true])
  zoom(1)
  editor.gesture.setDraft(noDraft)
  masks.draftChanged()
  draw()
  paint({ erase: false, targetId: null, columns: [], guarded: [] })
  editor.gesture.setDraft(noDraft)
  masks.draftChanged()
  draw()
  expect(zoom(0.5)).toBe(1)
})
