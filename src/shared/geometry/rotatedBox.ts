import type { ImagePoint, RotatedBoxShape } from '../model/shape.ts'
import { handlePoint, resizeBounds, type BoxHandle } from './box.ts'
import { distance } from './point.ts'
import type { Ring } from './polygon.ts'
import type { Bounds, ImagePx, ImageVec } from './spaces.ts'

/** Turned by the angle of a box, around the origin. */
function turned({ x, y }: ImageVec, angleRad: number): ImageVec {
  const cos = Math.cos(angleRad)
  const sin = Math.sin(angleRad)
  return { x: x * cos - y * sin, y: x * sin + y * cos }
}

/** A point of the picture as the box sees it: its centre at the origin, its own width along x. */
const toOwn = (box: RotatedBoxShape, p: ImageVec): ImageVec => turned({ x: p.x - box.cx, y: p.y - box.cy }, -box.angleRad)

const fromOwn = (box: RotatedBoxShape, p: ImageVec): ImageVec => {
  const { x, y } = turned(p, box.angleRad)
  return { x: box.cx + x, y: box.cy + y }
}

const ownBounds = ({ w, h }: RotatedBoxShape): Bounds => ({ minX: -w / 2, minY: -h / 2, maxX: w / 2, maxY: h / 2 })

/** Into (-pi, pi]. */
export function normaliseAngle(angleRad: number): number {
  const turn = 2 * Math.PI
  const angle = angleRad - turn * Math.floor((angleRad + Math.PI) / turn)
  return angle === -Math.PI ? Math.PI : angle
}

/** Corners of a rotated box, from its own top left, in the sense of rotation. */
export function rotatedCorners(box: RotatedBoxShape): Ring {
  const corner = (sx: number, sy: number): ImagePoint => {
    const { x, y } = fromOwn(box, { x: (sx * box.w) / 2, y: (sy * box.h) / 2 })
    return [x, y]
  }
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}

/** Where a handle of a rotated box stands in the picture. */
export const rotatedHandle = (box: RotatedBoxShape, handle: BoxHandle): ImageVec => fromOwn(box, handlePoint(ownBounds(box), handle))

/** Where it is turned: `away` outside of the middle of its own upper side. */
export const turnHandle = (box: RotatedBoxShape, away: ImagePx): ImageVec => fromOwn(box, { x: 0, y: -box.h / 2 - away })

/** The box after a handle was dragged to `to`: the opposite side stays where it is. Null when nothing of it is left. */
export function resizeRotated(box: RotatedBoxShape, handle: BoxHandle, to: ImageVec, keepRatio = false): RotatedBoxShape | null {
  const own = resizeBounds(ownBounds(box), handle, toOwn(box, to), keepRatio)
  const w = own.maxX - own.minX
  const h = own.maxY - own.minY
  if (w <= 0 || h <= 0) return null
  const centre = fromOwn(box, { x: (own.minX + own.maxX) / 2, y: (own.minY + own.maxY) / 2 })
  return { ...box, cx: centre.x, cy: centre.y, w, h }
}

/** The box turned so that its own upper side looks at `to`; with `stepRad` to the nearest multiple of it. */
export function turnTowards(box: RotatedBoxShape, to: ImageVec, stepRad: number | null): RotatedBoxShape {
  const free = Math.atan2(to.y - box.cy, to.x - box.cx) + Math.PI / 2
  return { ...box, angleRad: normaliseAngle(stepRad === null ? free : Math.round(free / stepRad) * stepRad) }
}

/** The box with one side from `a` to `b` that reaches across to `c`; null without an extent. */
export function rotatedBoxOn(a: ImageVec, b: ImageVec, c: ImageVec): RotatedBoxShape | null {
  const w = distance(a, b)
  if (w === 0) return null
  const along = { x: (b.x - a.x) / w, y: (b.y - a.y) / w }
  const across = (c.x - a.x) * -along.y + (c.y - a.y) * along.x
  if (across === 0) return null
  const middle = { x: (a.x + b.x) / 2 - (along.y * across) / 2, y: (a.y + b.y) / 2 + (along.x * across) / 2 }
  return { kind: 'rotatedBox', cx: middle.x, cy: middle.y, w, h: Math.abs(across), angleRad: normaliseAngle(Math.atan2(along.y, along.x)) }
}
