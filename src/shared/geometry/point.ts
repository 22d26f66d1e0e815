import type { ImagePoint } from '../model/shape.ts'
import type { ImagePx, ImageSize, ImageVec, Unit01 } from './spaces.ts'

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

export const vec = (point: ImagePoint): ImageVec => ({ x: point[0], y: point[1] })
export const tuple = (point: ImageVec): ImagePoint => [point.x, point.y]

export const distance = (a: ImageVec, b: ImageVec): ImagePx => Math.hypot(a.x - b.x, a.y - b.y)

/** Rounds to a multiple of 1/perPixel; 1 gives whole pixels. Never gives -0. */
export function roundPoint(point: ImageVec, perPixel: number): ImageVec {
  return { x: Math.round(point.x * perPixel) / perPixel + 0, y: Math.round(point.y * perPixel) / perPixel + 0 }
}

export function clampPoint(point: ImageVec, size: ImageSize): ImageVec {
  return { x: clamp(point.x, 0, size.width), y: clamp(point.y, 0, size.height) }
}

/** The end of a line from a point in the picture, drawn in along the line when it lies outside. */
export function insideAlong(from: ImageVec, to: ImageVec, size: ImageSize): ImageVec {
  const room = (start: number, end: number, limit: number): number =>
    end < 0 ? start / (start - end) : end > limit ? (limit - start) / (end - start) : 1
  const t = Math.max(0, Math.min(room(from.x, to.x, size.width), room(from.y, to.y, size.height)))
  return t === 1 ? to : { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) }
}

/** Nearest point of the segment a-b, where it lies on it (0 at a, 1 at b), and how far it is. */
export function nearestOnSegment(
  p: ImageVec,
  a: ImageVec,
  b: ImageVec,
): { readonly point: ImageVec; readonly along: Unit01; readonly distance: ImagePx } {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / squared, 0, 1)
  const point = { x: a.x + along * dx, y: a.y + along * dy }
  return { point, along, distance: distance(p, point) }
}

/** Turns `to` around `from` onto the nearest multiple of `stepRad`, keeping the distance. */
export function snapAngle(from: ImageVec, to: ImageVec, stepRad: number): ImageVec {
  const length = distance(from, to)
  if (length === 0) return to
  const angleRad = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / stepRad) * stepRad
  return { x: from.x + length * Math.cos(angleRad), y: from.y + length * Math.sin(angleRad) }
}
