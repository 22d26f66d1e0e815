import { clamp } from '../../../shared/geometry/point.ts'
import type { ImagePx, ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'

/** Side of the window at first, and the most pixels it may have; a wire that would need more is drawn straight. */
const firstSide: ImagePx = 320
const mostPixels = 1_500_000
/** What is around seed and pointer, as a part of their distance, and at least. */
const roomAround = 0.35
const leastRoom: ImagePx = 72
/** Corners that paths are looked for on; larger windows are looked at with every 2nd, 3rd... pixel. */
const mostCorners = 160_000

/** Pixels to read around a seed, so that a wire from it to `to` has room; null when that would be more than may be held. */
export function windowFor(seed: ImageVec, to: ImageVec, image: ImageSize): PixelWindow | null {
  const room = Math.max(leastRoom, roomAround * Math.hypot(to.x - seed.x, to.y - seed.y))
  const span = (a: number, b: number, limit: number): readonly [number, number] => {
    const grow = Math.max(0, firstSide - (Math.abs(a - b) + 2 * room)) / 2
    const from = clamp(Math.floor(Math.min(a, b) - room - grow), 0, limit)
    return [from, clamp(Math.ceil(Math.max(a, b) + room + grow), from, limit)]
  }
  const [x0, x1] = span(seed.x, to.x, image.width)
  const [y0, y1] = span(seed.y, to.y, image.height)
  const window = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }
  return window.width < 2 || window.height < 2 || window.width * window.height > mostPixels ? null : window
}

/** Has a wire to this place room in the window? At the border of the picture there is nothing more to have. */
export function hasRoom({ x, y, width, height }: PixelWindow, to: ImageVec, image: ImageSize): boolean {
  const margin = leastRoom / 3
  const within = (value: number, low: number, high: number, limit: number): boolean =>
    value >= (low <= 0 ? 0 : low + margin) && value <= (high >= limit ? limit : high - margin)
  return within(to.x, x, x + width, image.width) && within(to.y, y, y + height, image.height)
}

/** Every how many pixels a window is looked at. */
export const strideOf = ({ width, height }: PixelWindow): number => Math.max(1, Math.ceil(Math.sqrt((width * height) / mostCorners)))
