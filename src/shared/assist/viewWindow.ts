import type { Bounds } from '../geometry/spaces.ts'
import type { AssistWindow } from '../model/assist.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** What is visible has at most this share of the window, so that small pans stay inside. */
const visibleShare = 0.75
/** A window that is not clearly smaller than the picture shows nothing more than the whole picture. */
const worthwhile = 0.7
/** Enlarging more than so shows blur. */
const mostEnlarged = 4
/** Windows start at multiples of this share of their side. */
const stepShare = 1 / 8

/**
 * Which part of a picture a SAM with an input of `side` pixels should look at, when `visible` is what the user sees: null for all of it. Sides and places
 * are quantised, and `before` stays as long as it fits, so that small pans and zooms find the same embedding.
 */
export function viewWindow(picture: Size, visible: AssistWindow, side: number, before: AssistWindow | null = null): AssistWindow | null {
  const seen = clamped(visible, picture)
  const longest = Math.max(seen[2] - seen[0], seen[3] - seen[1])
  const wanted = sideFor(longest, side)
  if (wanted >= worthwhile * Math.max(picture.width, picture.height)) return null
  if (before && fits(before, seen, picture) && sideOf(before) <= wanted * 1.5) return before
  const [x0, x1] = placed((seen[0] + seen[2]) / 2, wanted, picture.width)
  const [y0, y1] = placed((seen[1] + seen[3]) / 2, wanted, picture.height)
  return [x0, y0, x1, y1]
}

/** The part of the picture that holds a box with room around it, at the detail that `side` pixels give; null for all of it. */
export function boxWindow(picture: Size, box: AssistWindow, side: number): AssistWindow | null {
  const margin = Math.ceil(0.2 * Math.max(box[2] - box[0], box[3] - box[1]))
  return viewWindow(picture, [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin], side)
}

/** A window twice as large around the same middle, as far as the picture goes; null for all of it. */
export function widerWindow(picture: Size, window: AssistWindow): AssistWindow | null {
  const [x0, y0, x1, y1] = window
  const wanted = 2 * sideOf(window)
  if (wanted >= worthwhile * Math.max(picture.width, picture.height)) return null
  const [left, right] = placed((x0 + x1) / 2, wanted, picture.width)
  const [top, bottom] = placed((y0 + y1) / 2, wanted, picture.height)
  return [left, top, right, bottom]
}

/** Masks of a model have about so many cells a side: one that ends within a cell of an edge ends at it. */
const cellsPerSide = 256

/** Something ends at an edge of the window that is no edge of the picture: it may go on where nobody looked. */
export function endsAtEdge({ minX, minY, maxX, maxY }: Bounds, window: AssistWindow, { width, height }: Size): boolean {
  const [x0, y0, x1, y1] = window
  const near = Math.ceil(sideOf(window) / cellsPerSide)
  const ends = (at: number, edge: number, border: number) => edge !== border && Math.abs(at - edge) <= near
  return ends(minX, x0, 0) || ends(minY, y0, 0) || ends(maxX, x1, width) || ends(maxY, y1, height)
}

export const sideOf = ([x0, y0, x1, y1]: AssistWindow): number => Math.max(x1 - x0, y1 - y0)

/** The next of the sides side * 2^(k/2) that what is visible fits in. */
function sideFor(longest: number, side: number): number {
  const least = Math.max(longest / visibleShare, side / mostEnlarged, 1)
  return Math.round(side * 2 ** (Math.ceil(2 * Math.log2(least / side) - 1e-9) / 2))
}

/** Nearest quantised place of a window of this side around a middle, inside the picture. */
function placed(middle: number, side: number, length: number): [from: number, to: number] {
  if (side >= length) return [0, length]
  const step = Math.max(1, Math.round(side * stepShare))
  const from = Math.min(length - side, Math.max(0, Math.round((middle - side / 2) / step) * step))
  return [from, from + side]
}

function fits(window: AssistWindow, seen: AssistWindow, { width, height }: Size): boolean {
  const [x0, y0, x1, y1] = window
  return x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height && x0 <= seen[0] && y0 <= seen[1] && x1 >= seen[2] && y1 >= seen[3]
}

/** Whole pixels inside the picture, at least one. */
function clamped([x0, y0, x1, y1]: AssistWindow, { width, height }: Size): AssistWindow {
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value))
  const left = within(Math.floor(x0), width - 1)
  const top = within(Math.floor(y0), height - 1)
  return [left, top, Math.max(left + 1, within(Math.ceil(x1), width)), Math.max(top + 1, within(Math.ceil(y1), height))]
}
