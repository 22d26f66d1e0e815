import type { BoxShape } from '../model/shape.ts'
import { clamp, clampPoint } from './point.ts'
import type { Bounds, ImagePx, ImageSize, ImageVec } from './spaces.ts'

/** The eight handles, clockwise from the top left: which edges follow the pointer. */
export const boxHandles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type BoxHandle = (typeof boxHandles)[number]

export const boundsOfBox = (box: BoxShape): Bounds => ({ minX: box.x, minY: box.y, maxX: box.x + box.w, maxY: box.y + box.h })

export const boxOfBounds = (bounds: Bounds): BoxShape => ({
  kind: 'box',
  x: bounds.minX,
  y: bounds.minY,
  w: bounds.maxX - bounds.minX,
  h: bounds.maxY - bounds.minY,
})

export const boundsContain = (bounds: Bounds, p: ImageVec): boolean =>
  p.x >= bounds.minX && p.x <= bounds.maxX && p.y >= bounds.minY && p.y <= bounds.maxY

export const boundsMeet = (a: Bounds, b: Bounds): boolean => a.minX <= b.maxX && a.maxX >= b.minX && a.minY <= b.maxY && a.maxY >= b.minY

/** Is `inner` wholly within `outer`? */
export const boundsWithin = (inner: Bounds, outer: Bounds): boolean =>
  inner.minX >= outer.minX && inner.maxX <= outer.maxX && inner.minY >= outer.minY && inner.maxY <= outer.maxY

export function unionBounds(all: Iterable<Bounds>): Bounds | null {
  let union: Bounds | null = null
  for (const b of all) {
    union = union
      ? {
          minX: Math.min(union.minX, b.minX),
          minY: Math.min(union.minY, b.minY),
          maxX: Math.max(union.maxX, b.maxX),
          maxY: Math.max(union.maxY, b.maxY),
        }
      : b
  }
  return union
}

/** The box between two corners, in any order. */
export function boundsOfCorners(from: ImageVec, to: ImageVec): Bounds {
  return {
    minX: Math.min(from.x, to.x),
    minY: Math.min(from.y, to.y),
    maxX: Math.max(from.x, to.x),
    maxY: Math.max(from.y, to.y),
  }
}

/** How far it is from a place to the border of the picture on the side of `to`; none from beyond it. */
const roomTowards = (from: ImageVec, to: ImageVec, size: ImageSize): { readonly x: ImagePx; readonly y: ImagePx } => ({
  x: Math.max(0, to.x < from.x ? from.x : size.width - from.x),
  y: Math.max(0, to.y < from.y ? from.y : size.height - from.y),
})

/** The square from one corner towards another, as large as the longer side; cut at the border of the picture it would be none, so it ends there. */
export function squareOfCorners(from: ImageVec, to: ImageVec, size: ImageSize): Bounds {
  const room = roomTowards(from, to, size)
  const side = Math.min(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)), room.x, room.y)
  return boundsOfCorners(from, { x: from.x + (to.x < from.x ? -side : side), y: from.y + (to.y < from.y ? -side : side) })
}

/** Where a handle stands. */
export function handlePoint(bounds: Bounds, handle: BoxHandle): ImageVec {
  const x = handle.includes('w') ? bounds.minX : handle.includes('e') ? bounds.maxX : (bounds.minX + bounds.maxX) / 2
  const y = handle.startsWith('n') ? bounds.minY : handle.startsWith('s') ? bounds.maxY : (bounds.minY + bounds.maxY) / 2
  return { x, y }
}

/**
 * The extent after a handle was dragged to `to`: the opposite edges stay, a drag past them turns the box over.
 * `keepRatio` holds width to height for corner handles, in a picture of the given `size` as far as there is room.
 */
export function resizeBounds(bounds: Bounds, handle: BoxHandle, to: ImageVec, keepRatio = false, size: ImageSize | null = null): Bounds {
  const anchor = handlePoint(bounds, oppositeHandle(handle))
  const width = bounds.maxX - bounds.minX
  const height = bounds.maxY - bounds.minY
  if (handle.length === 1) {
    const horizontal = handle === 'e' || handle === 'w'
    return horizontal
      ? { ...bounds, minX: Math.min(anchor.x, to.x), maxX: Math.max(anchor.x, to.x) }
      : { ...bounds, minY: Math.min(anchor.y, to.y), maxY: Math.max(anchor.y, to.y) }
  }
  if (!keepRatio || width === 0 || height === 0) return boundsOfCorners(anchor, to)
  const room = size ? roomTowards(anchor, to, size) : { x: Infinity, y: Infinity }
  const wished = Math.max(Math.abs(to.x - anchor.x) / width, Math.abs(to.y - anchor.y) / height)
  const scale = Math.min(wished, room.x / width, room.y / height)
  return boundsOfCorners(anchor, {
    x: anchor.x + (to.x < anchor.x ? -1 : 1) * Math.min(scale * width, room.x),
    y: anchor.y + (to.y < anchor.y ? -1 : 1) * Math.min(scale * height, room.y),
  })
}

export function oppositeHandle(handle: BoxHandle): BoxHandle {
  return boxHandles[(boxHandles.indexOf(handle) + 4) % 8]!
}

/** Cuts an extent at the edges of the picture; it may become empty. */
export function clipBounds(bounds: Bounds, size: ImageSize): Bounds {
  const low = clampPoint({ x: bounds.minX, y: bounds.minY }, size)
  const high = clampPoint({ x: bounds.maxX, y: bounds.maxY }, size)
  return { minX: low.x, minY: low.y, maxX: high.x, maxY: high.y }
}

/** The part of a wished translation that keeps the extent in the picture; an extent that already sticks out may not get worse. */
export function clampTranslation(bounds: Bounds, dx: ImagePx, dy: ImagePx, size: ImageSize): ImageVec {
  return {
    x: clamp(dx, Math.min(0, -bounds.minX), Math.max(0, size.width - bounds.maxX)),
    y: clamp(dy, Math.min(0, -bounds.minY), Math.max(0, size.height - bounds.maxY)),
  }
}

/** Distance to the outline (zero on it), from inside as well as from outside. */
export function distanceToBoxEdge(bounds: Bounds, p: ImageVec): ImagePx {
  const outsideX = Math.max(bounds.minX - p.x, 0, p.x - bounds.maxX)
  const outsideY = Math.max(bounds.minY - p.y, 0, p.y - bounds.maxY)
  if (outsideX > 0 || outsideY > 0) return Math.hypot(outsideX, outsideY)
  return Math.min(p.x - bounds.minX, bounds.maxX - p.x, p.y - bounds.minY, bounds.maxY - p.y)
}
