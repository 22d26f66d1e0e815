import type { FrameView } from './frame.ts'

/** A piece of the plane of a drawing: whole device pixels from the upper left corner of the viewport it was begun for. */
export interface BoardRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A drawing stretched less than this stands in until the camera rests. */
export const mostStretch = 3

const furtherAway = 2

/** CSS pixels around the viewport that are drawn as well: at first, and as soon as the camera moves over what is drawn. */
const marginPx = 128
const widePx = 256
/** With less than this left, what is drawn moves on with the camera. */
const enoughPx = 96
/** So much around the viewport a drawing that is stretched has to cover. */
const stretchedPx = 64
/** Device pixels. */
const cellPx = 384
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

/** What is drawn for a view, at first or with more room. The size is the same for all views of a viewport. */
export const coverOf = (view: FrameView, wide: boolean): BoardRect => around(view, wide ? widePx : marginPx)

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

/** The first view, moved by whole device pixels to where the other one is. */
export function shifted(old: FrameView, now: FrameView): FrameView {
  const { x, y } = placed(old, now)
  return { ...old, offsetX: old.offsetX + Math.round(x), offsetY: old.offsetY + Math.round(y) }
}

/** The view from further away, its middle where it was: while somebody zooms out, what is drawn for it lasts. It is stretched less than `mostStretch` at first. */
export function further(view: FrameView): FrameView {
  const { scale, offsetX, offsetY, width, height } = view
  const from = (middle: number, offset: number): number => middle - (middle - offset) / furtherAway
  return { ...view, scale: scale / furtherAway, offsetX: from(width / 2, offsetX), offsetY: from(height / 2, offsetY) }
}

/** A piece of the plane of one view, in the plane of the other one, which is that view shifted. */
export function carriedOver(piece: BoardRect, old: FrameView, now: FrameView): BoardRect {
  const { x, y } = placed(old, now)
  return { ...piece, x: piece.x + Math.round(x), y: piece.y + Math.round(y) }
}

/** What lies in both; null: nothing does. */
export function sharedPart(a: BoardRect, b: BoardRect): BoardRect | null {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
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
