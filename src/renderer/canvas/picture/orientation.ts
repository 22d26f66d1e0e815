import type { Bounds, ImageSize } from '../../../shared/geometry/spaces.ts'

/** How stored pixels (u, v) lie in the upright picture: x = xu u + xv v + x0, y = yu u + yv v + y0. */
export interface Turn {
  readonly xu: number
  readonly xv: number
  readonly yu: number
  readonly yv: number
  readonly x0: number
  readonly y0: number
}

/** xu, xv, yu, yv of the EXIF orientations 1 to 8 (EXIF 2.3, 4.6.4 A). */
const axes = [
  [1, 0, 0, 1],
  [-1, 0, 0, 1],
  [-1, 0, 0, -1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, -1, -1, 0],
  [0, 1, -1, 0],
] as const

/** The turn of a stored rectangle of this size. */
export function turnOf(orientation: number, { width, height }: ImageSize): Turn {
  const [xu, xv, yu, yv] = axes[orientation - 1] ?? axes[0]
  const origin = (u: number, v: number): number => (u < 0 ? width : 0) + (v < 0 ? height : 0)
  return { xu, xv, yu, yv, x0: origin(xu, xv), y0: origin(yu, yv) }
}

const bounds = (ax: number, ay: number, bx: number, by: number): Bounds => ({
  minX: Math.min(ax, bx),
  minY: Math.min(ay, by),
  maxX: Math.max(ax, bx),
  maxY: Math.max(ay, by),
})

/** Where a stored rectangle lies upright. */
export function toUpright({ xu, xv, yu, yv, x0, y0 }: Turn, { minX, minY, maxX, maxY }: Bounds): Bounds {
  const x = (u: number, v: number): number => xu * u + xv * v + x0
  const y = (u: number, v: number): number => yu * u + yv * v + y0
  return bounds(x(minX, minY), y(minX, minY), x(maxX, maxY), y(maxX, maxY))
}

/** Where an upright rectangle is stored. */
export function toStored({ xu, xv, yu, yv, x0, y0 }: Turn, { minX, minY, maxX, maxY }: Bounds): Bounds {
  const u = (x: number, y: number): number => xu * (x - x0) + yu * (y - y0)
  const v = (x: number, y: number): number => xv * (x - x0) + yv * (y - y0)
  return bounds(u(minX, minY), v(minX, minY), u(maxX, maxY), v(maxX, maxY))
}

/** Size of a stored rectangle once it is upright. */
export const uprightSize = ({ xu }: Turn, { width, height }: ImageSize): ImageSize =>
  xu === 0 ? { width: height, height: width } : { width, height }
