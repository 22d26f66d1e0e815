import { expect, it } from 'vitest'
import { extentOf, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import type { FrameView } from './frame.ts'
import { ShapesAhead } from './shapesAhead.ts'

const drawnAt = (x: number, color = '#ff0000'): DrawnShape => {
  const shape = { kind: 'box', x, y: 0, w: 5, h: 5 } as const
  return { shape, bounds: extentOf(shape), color, name: 'car', dimmed: false, chosen: false, hatched: false }
}
const view: FrameView = { scale: 1, offsetX: 3, offsetY: 4, ratio: 1, width: 100, height: 80 }
const look: ShapeLook = { fillOpacity: 0.1, names: true, fontFamily: 'serif' }

function bitmap() {
  const closed = { count: 0 }
  return { closed, image: { close: () => closed.count++ } as unknown as ImageBitmap }
}

it('a drawing made ahead is given away once, for exactly what it shows', () => {
  const ahead = new ShapesAhead()
  const shapes = [drawnAt(0), drawnAt(9)]
  expect(ahead.add(7, shapes, view, look)).toBe(true)
  expect(ahead.take(shapes, view, look)).toBeNull()
  const { image } = bitmap()
  ahead.drawn(7, image)
  expect(ahead.add(8, [...shapes], view, look)).toBe(false)
  expect(ahead.take(shapes, { ...view, offsetX: 2 }, look)).toBeNull()
  expect(ahead.take(shapes, { ...view, ratio: 2 }, look)).toBeNull()
  expect(ahead.take(shapes, view, { ...look, names: false })).toBeNull()
  expect(ahead.take([shapes[0]!], view, look)).toBeNull()
  expect(ahead.take([shapes[0]!, { ...shapes[1]!, color: '#00ff00' }], view, look)).toBeNull()
  expect(ahead.take([shapes[0]!, drawnAt(9)], view, look)).toBeNull()
  expect(ahead.take([...shapes], view, look)).toEqual({ id: 7, bitmap: image })
  expect(ahead.take(shapes, view, look)).toBeNull()
})

it('keeps two, and gives back the memory of others', () => {
  const ahead = new ShapesAhead()
  const lists = [[drawnAt(0)], [drawnAt(1)], [drawnAt(2)]]
  const bitmaps = lists.map(() => bitmap())
  lists.forEach((shapes, i) => {
    ahead.add(i, shapes, view, look)
    ahead.drawn(i, bitmaps[i]!.image)
  })
  expect(lists.map((shapes) => ahead.take(shapes, view, look)?.bitmap ?? null)).toEqual([null, bitmaps[1]!.image, bitmaps[2]!.image])
  expect(bitmaps.map(({ closed }) => closed.count)).toEqual([1, 0, 0])
  ahead.add(9, lists[0]!, view, look)
  ahead.close()
  ahead.drawn(9, bitmaps[0]!.image)
  expect(bitmaps[0]!.closed.count).toBe(2)
})
