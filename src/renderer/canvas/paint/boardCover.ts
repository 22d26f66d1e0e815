import type { FrameView } from './frame.ts'

/** A piece of the plane of a drawing: whole device pixels from the upper left corner of the viewport it was begun for. */
export interface BoardRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A drawing stretched less than this stands in until the camera rests. */
export const mostStretch = 2

/** CSS pixels around the viewport that are drawn as well, so that panning a little uncovers nothing; with less than the second left, more is drawn. */
const marginPx = 128
const enoughPx = 96
/** So much around the viewport a drawing that is stretched has to cover. */
const stretchedPx = 64
/** So far beyond the viewport a drawing is extended, CSS pixels. */
const aheadPx = 320
/** Device pixels. */
const cellPx = 384
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
  const rect = around(now, stretchedPx)
  return (
    x + cover.x * k <= rect.x &&
    y + cover.y * k <= rect.y &&
    x + (cover.x + cover.width) * k >= rect.x + rect.width &&
    y + (cover.y + cover.height) * k >= rect.y + rect.height
  )
}

/** What a drawing should cover so that a view it is exact in may move on, anywhere, for a while; null when another drawing is better. */
export function extended(cover: BoardRect, old: FrameView, now: FrameView): BoardRect | null {
  const far = wanted(old, now, aheadPx)
  const [x, y] = [Math.min(cover.x, far.x), Math.min(cover.y, far.y)]
  const right = Math.max(cover.x + cover.width, far.x + far.width)
  const bottom = Math.max(cover.y + cover.height, far.y + far.height)
  const grown = { x, y, width: right - x, height: bottom - y }
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

/** A piece in parts that take little time each. */
export function cells({ x, y, width, height }: BoardRect): BoardRect[] {
  const found: BoardRect[] = []
  for (let top = 0; top < height; top += cellPx)
    for (let left = 0; left < width; left += cellPx)
      found.push({ x: x + left, y: y + top, width: Math.min(cellPx, width - left), height: Math.min(cellPx, height - top) })
  return found
}
