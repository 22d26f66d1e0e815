import { expect, it } from 'vitest'
import { coverOf } from './boardCover.ts'
import { extentOf, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import type { FrameView } from './frame.ts'
import { ShapeDrawer, type OwnCanvas } from './shapeDrawer.ts'
import { SceneSender, type DrawMessage, type FromShapeWorker } from './shapeScene.ts'

const view: FrameView = { scale: 1, offsetX: 0, offsetY: 0, ratio: 1, width: 600, height: 300 }
const look: ShapeLook = { fillOpacity: 0, names: false, fontFamily: 'serif' }
const boxAt = (x: number): DrawnShape => {
  const shape = { kind: 'box', x, y: 0, w: 50, h: 50 } as const
  return { shape, bounds: extentOf(shape), color: '#ff0000', name: 'car', dimmed: false, chosen: false, hatched: false }
}
const draw = (id: number, change: Partial<DrawMessage> = {}): DrawMessage => ({
  type: 'draw',
  id,
  view,
  cover: coverOf(view, false),
  from: null,
  look,
  hidden: [],
  paced: false,
  ...change,
})

/** A thread whose canvases only remember what was put on them, and whose pauses end when a test says so. */
function rig() {
  interface Sheet {
    readonly size: string
    readonly put: { readonly what: Sheet; readonly x: number; readonly y: number }[]
    strokes: number
  }
  const posted: FromShapeWorker[] = []
  const broken: unknown[] = []
  const pauses: (() => void)[] = []
  const drawer = new ShapeDrawer({
    canvas({ width, height }) {
      const sheet: Sheet = { size: `${width}x${height}`, put: [], strokes: 0 }
      const canvas = { sheet, transferToImageBitmap: () => sheet as unknown as ImageBitmap }
      const drawImage = (what: unknown, x: number, y: number): void =>
        void sheet.put.push({ what: (what as { readonly sheet: Sheet }).sheet, x, y })
      const nothing = (): void => undefined
      const path = { beginPath: nothing, rect: nothing, moveTo: nothing, lineTo: nothing, closePath: nothing }
      return { canvas, drawImage, ...path, stroke: () => void sheet.strokes++ } as unknown as OwnCanvas
    },
    pause: () => new Promise((resolve) => pauses.push(resolve)),
    post: (message) => posted.push(message),
    broken: (cause) => broken.push(cause),
  })
  /** The drawing of which a copy was posted, by what it is made of. */
  const made = (id: number): Sheet => (posted.find((message) => message.id === id)!.bitmap as unknown as Sheet).put[0]!.what
  const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
  return { drawer, posted, broken, pauses, made, soon }
}

it('a drawing is made in one go, and what is waited for without pauses', async () => {
  const { drawer, posted, pauses, made, soon } = rig()
  drawer.take(new SceneSender().message([boxAt(0)]).message)
  drawer.take(draw(1))
  await soon()
  expect([posted.map(({ id, ahead }) => [id, ahead]), pauses.length]).toEqual([[[1, false]], 0])
  expect(made(1).put.map(({ what, x, y }) => [what.size, what.strokes > 0, x, y])).toEqual([['856x556', true, 0, 0]])
})

it('what has time is made in cells with a pause before each, until something is waited for', async () => {
  const { drawer, posted, pauses, made, soon } = rig()
  drawer.take(new SceneSender().message([boxAt(0)]).message)
  drawer.take(draw(1, { paced: true }))
  for (const n of [1, 2]) {
    await soon()
    expect([pauses.length, posted.length]).toEqual([n, 0])
    pauses[n - 1]!()
  }
  await soon()
  drawer.take({ type: 'hurry' })
  pauses[2]!()
  await soon()
  expect([pauses.length, posted.length]).toEqual([3, 1])
  expect(made(1).put.map(({ what, x, y }) => [what.size, x, y])).toEqual([
    ['384x384', 0, 0],
    ['384x384', 384, 0],
    ['88x384', 768, 0],
    ['384x172', 0, 384],
    ['384x172', 384, 384],
    ['88x172', 768, 384],
  ])

  // Another scene, which is asked for meanwhile, waits for the drawing and hurries it; one that has time hurries nothing.
  drawer.take(draw(2, { paced: true }))
  drawer.take(draw(3, { paced: true }))
  await soon()
  expect(pauses.length).toBe(4)
  drawer.take(new SceneSender().message([]).message)
  pauses[3]!()
  await soon()
  expect([pauses.length, posted.map(({ id }) => id)]).toEqual([4, [1, 2, 3]])
})

it('a drawing goes on from the last one, or from one made ahead, as far as that shows the same', async () => {
  const { drawer, posted, made, soon } = rig()
  const other = new SceneSender().message([boxAt(9)]).message
  drawer.take(new SceneSender().message([boxAt(0)]).message)
  drawer.take(draw(1))
  const onward = { x: -128 - 40, y: -128, width: 856, height: 556 }
  drawer.take(draw(2, { from: { id: 1, cover: onward } }))
  drawer.take({ type: 'ahead', scene: other, draw: draw(3) })
  drawer.take(draw(4, { from: { id: 3, cover: onward } }))
  drawer.take(draw(5, { from: { id: 2, cover: onward } }))
  drawer.take(draw(6, { from: { id: 5, cover: { ...onward, x: 3_000 } } }))
  await soon()
  expect(posted.map(({ id, ahead }) => [id, ahead])).toEqual([1, 2, 3, 4, 5, 6].map((id) => [id, id === 3]))
  const placed = (id: number) => made(id).put.map(({ what, x, y }) => [what.size, x, y])
  // By hand: all but its left 40 columns is known, and the last 40 on the right are not.
  const moved = [
    ['856x556', -40, 0],
    ['40x556', 816, 0],
  ]
  expect([placed(2), placed(4)]).toEqual([moved, moved])
  expect([made(2).put[0]!.what === made(1), made(4).put[0]!.what === made(3)]).toEqual([true, true])
  // What is no longer there, or too far away, is drawn anew.
  const whole = [['856x556', 0, 0]]
  expect([placed(5), placed(6), made(5).put[0]!.what.put]).toEqual([whole, whole, []])
})

it('where drawing fails, that is told, and the next is tried', async () => {
  const { drawer, broken, posted, soon } = rig()
  drawer.take({ ...new SceneSender().message([boxAt(0)]).message, keys: Uint32Array.of(7) })
  drawer.take(draw(1))
  await soon()
  expect([broken.length, posted.length]).toEqual([1, 1])
})
