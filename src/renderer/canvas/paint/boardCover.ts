import type { FrameView } from './frame.ts'

/** A piece of the plane of a drawing: whole device pixels from the upper left corner of the viewport it was begun for. */
export interface BoardRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** CSS pixels around the viewport that are drawn as well, so that panning a little uncovers nothing; with less than the second left, more is drawn. */
const marginPx = 128
const enoughPx = 64
/** So far beyond the viewport a drawing is extended, CSS pixels. */
const aheadPx = 320
/** A drawing grows to so many times what is drawn at first, then another one is begun. */
const mostGrowth = 4
/** Two places on the screen are the same when they are closer than this, device pixels. */
const tolerance = 1e-3

const around = (view: FrameView, cssPx: number): BoardRect => {
  const margin = Math.round(cssPx * view.ratio)
  return { x: -margin, y: -margin, width: view.width + 2 * margin, height: view.height + 2 * margin }
}

/** A piece as a view of its own, drawn on a canvas of its size. */
export const pieceView = (view: FrameView, { x, y, width, height }: BoardRect): FrameView => ({
  ...view,
  offsetX: view.offsetX - x,
  offsetY: view.offsetY - y,
  width,
  height,
})

/** What is drawn at first. */
export const firstCover = (view: FrameView): BoardRect => around(view, marginPx)

/** Where the upper left corner of one view lies in another (device pixels), and how much larger it is there. */
export function placed(old: FrameView, now: FrameView): { readonly k: number; readonly x: number; readonly y: number } {
  const k = now.scale / old.scale
  return { k, x: now.offsetX - old.offsetX * k, y: now.offsetY - old.offsetY * k }
}

/** True when one view is the other one moved by whole device pixels: what is drawn for one is exact in the other. */
export function isShifted(old: FrameView, now: FrameView): boolean {
  const { k, x, y } = placed(old, now)
  return k === 1 && Math.abs(x - Math.round(x)) < tolerance && Math.abs(y - Math.round(y)) < tolerance
}

/** The viewport and `margin` CSS pixels around it, in the plane of a drawing begun for `old`. */
function wanted(old: FrameView, now: FrameView, margin: number): BoardRect {
  const { x, y } = placed(old, now)
  const rect = around(now, margin)
  return { ...rect, x: rect.x - Math.round(x), y: rect.y - Math.round(y) }
}

const contains = (outer: BoardRect, inner: BoardRect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

/** How well a drawing serves a view it is exact in. */
export const covers = (cover: BoardRect, old: FrameView, now: FrameView): boolean => contains(cover, wanted(old, now, 0))
export const coversWell = (cover: BoardRect, old: FrameView, now: FrameView): boolean => contains(cover, wanted(old, now, enoughPx))
export const coversAll = (cover: BoardRect, old: FrameView, now: FrameView): boolean => contains(cover, wanted(old, now, marginPx))

/** The same for a view that is larger or smaller, where the drawing is stretched. */
export function coversStretched(cover: BoardRect, old: FrameView, now: FrameView): boolean {
  const { k, x, y } = placed(old, now)
  const rect = around(now, enoughPx)
  return (
    x + cover.x * k <= rect.x &&
    y + cover.y * k <= rect.y &&
    x + (cover.x + cover.width) * k >= rect.x + rect.width &&
    y + (cover.y + cover.height) * k >= rect.y + rect.height
  )
}

/** What a drawing should cover so that a view it is exact in may move on; null when another drawing is better. */
export function extended(cover: BoardRect, old: FrameView, now: FrameView): BoardRect | null {
  const [enough, far] = [wanted(old, now, marginPx), wanted(old, now, aheadPx)]
  const least = (at: 'x' | 'y'): number => (enough[at] < cover[at] ? far[at] : cover[at])
  const most = (at: 'x' | 'y', size: 'width' | 'height'): number => {
    const [end, needed] = [cover[at] + cover[size], enough[at] + enough[size]]
    return needed > end ? far[at] + far[size] : end
  }
  const [x, y] = [least('x'), least('y')]
  const grown = { x, y, width: most('x', 'width') - x, height: most('y', 'height') - y }
  const first = firstCover(old)
  return grown.width * grown.height > mostGrowth * first.width * first.height ? null : grown
}

/** The pieces that are in `grown` and not in `cover`, which it contains. */
export function strips(cover: BoardRect, grown: BoardRect): BoardRect[] {
  const [right, bottom] = [cover.x + cover.width, cover.y + cover.height]
  const beside = (x: number, to: number): BoardRect => ({ x, y: cover.y, width: to - x, height: cover.height })
  const across = (y: number, to: number): BoardRect => ({ x: grown.x, y, width: grown.width, height: to - y })
  return [
    beside(grown.x, cover.x),
    beside(right, grown.x + grown.width),
    across(grown.y, cover.y),
    across(bottom, grown.y + grown.height),
  ].filter(({ width, height }) => width > 0 && height > 0)
}
