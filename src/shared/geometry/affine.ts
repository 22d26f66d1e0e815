import type { BoxShape, EllipseOrigin, ImagePoint, MaskShape, PolygonShape, RotatedBoxShape, Shape } from '../model/shape.ts'
import { boundsOfBox, boxOfBounds } from './box.ts'
import { ellipsePolygon } from './ellipse.ts'
import { maskOfSpans, spansOfPolygon } from './maskSpans.ts'
import { roundPoint, tuple } from './point.ts'
import { ringBounds } from './polygon.ts'
import { normaliseAngle } from './rotatedBox.ts'
import type { ImageSize, ImageVec } from './spaces.ts'
import { maskToPolygon } from './traceMask.ts'

/** x' = a x + c y + e, y' = b x + d y + f. */
export interface Affine {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

/** Sized by factors along both axes; `anchor` stays where it is, a negative factor turns over. */
export const scaling = ({ x, y }: ImageVec, sx: number, sy: number): Affine => ({ a: sx, b: 0, c: 0, d: sy, e: x - sx * x, f: y - sy * y })

/** Turned around a point, clockwise on screen; by right angles without an error of rounding. */
export function turning({ x, y }: ImageVec, angleRad: number): Affine {
  const quarters = angleRad / (Math.PI / 2)
  const right = Math.abs(quarters - Math.round(quarters)) < 1e-9
  const [cos, sin] = right
    ? [Math.round(Math.cos(angleRad)) + 0, Math.round(Math.sin(angleRad)) + 0]
    : [Math.cos(angleRad), Math.sin(angleRad)]
  return { a: cos, b: sin, c: -sin, d: cos, e: x - cos * x + sin * y, f: y - sin * x - cos * y }
}

const mapped = ({ a, b, c, d, e, f }: Affine, { x, y }: ImageVec): ImageVec => ({ x: a * x + c * y + e, y: b * x + d * y + f })

/** The linear part applied to an axis: its new length and direction. */
const axis = ({ a, b, c, d }: Affine, length: number, angleRad: number): { readonly x: number; readonly y: number } => {
  const [x, y] = [length * Math.cos(angleRad), length * Math.sin(angleRad)]
  return { x: a * x + c * y, y: b * x + d * y }
}

/** A shape of vectors after the transform; vertices on hundredths of a pixel. A box stays upright: it becomes the extent of where it went, in whole pixels if it was. */
export function transformShape<S extends Exclude<Shape, MaskShape>>(shape: S, by: Affine): S
export function transformShape(shape: Exclude<Shape, MaskShape>, by: Affine): Shape {
  const place = ([x, y]: ImagePoint): ImagePoint => tuple(roundPoint(mapped(by, { x, y }), 100))
  switch (shape.kind) {
    case 'box':
      return transformBox(shape, by)
    case 'rotatedBox':
      return transformRotated(shape, by)
    case 'point': {
      const [x, y] = place([shape.x, shape.y])
      return { ...shape, x, y }
    }
    case 'polyline':
      return { ...shape, points: shape.points.map(place) }
    case 'polygon':
      return shape.origin ? ellipsePolygon(transformEllipse(shape.origin, by)) : transformPolygon(shape, place, by)
  }
}

function transformBox(box: BoxShape, by: Affine): BoxShape {
  const { minX, minY, maxX, maxY } = boundsOfBox(box)
  const perPixel = [minX, minY, maxX, maxY].every(Number.isInteger) ? 1 : 100
  const corner = (x: number, y: number): ImagePoint => tuple(roundPoint(mapped(by, { x, y }), perPixel))
  const to = ringBounds([corner(minX, minY), corner(maxX, minY), corner(maxX, maxY), corner(minX, maxY)])
  return boxOfBounds({ ...to, maxX: Math.max(to.maxX, to.minX + 1 / perPixel), maxY: Math.max(to.maxY, to.minY + 1 / perPixel) })
}

/** Rings keep their sense when the shape is turned over. */
function transformPolygon({ parts }: PolygonShape, place: (p: ImagePoint) => ImagePoint, { a, b, c, d }: Affine): PolygonShape {
  const over = a * d - b * c < 0
  const ring = (points: readonly ImagePoint[]): ImagePoint[] => {
    const placed = points.map(place)
    return over ? placed.reverse() : placed
  }
  return { kind: 'polygon', parts: parts.map(({ outer, holes }) => ({ outer: ring(outer), holes: holes.map(ring) })) }
}

/** Its own width keeps its direction; stretched askew it would be no box, so its height stays across. */
function transformRotated(box: RotatedBoxShape, by: Affine): RotatedBoxShape {
  const across = axis(by, box.w, box.angleRad)
  const down = axis(by, box.h, box.angleRad + Math.PI / 2)
  const w = Math.hypot(across.x, across.y)
  const h = Math.hypot(down.x, down.y)
  const { x: cx, y: cy } = mapped(by, { x: box.cx, y: box.cy })
  return { kind: 'rotatedBox', cx, cy, w, h, angleRad: normaliseAngle(Math.atan2(across.y, across.x)) }
}

/** Any ellipse becomes an ellipse: its axes are the singular vectors of what its circle is mapped by. */
function transformEllipse(origin: EllipseOrigin, by: Affine): EllipseOrigin {
  const one = axis(by, origin.rx, origin.angleRad)
  const two = axis(by, origin.ry, origin.angleRad + Math.PI / 2)
  const { x: cx, y: cy } = mapped(by, { x: origin.cx, y: origin.cy })
  const placed = { kind: 'ellipse', cx, cy } as const
  const [rx, ry] = [Math.hypot(one.x, one.y), Math.hypot(two.x, two.y)]
  // Axes that are still at right angles are the axes.
  if (Math.abs(one.x * two.x + one.y * two.y) <= 1e-9 * rx * ry)
    return { ...placed, rx, ry, angleRad: normaliseAngle(Math.atan2(one.y, one.x)) }
  const sum = { along: (one.x + two.y) / 2, across: (one.y - two.x) / 2 }
  const difference = { along: (one.x - two.y) / 2, across: (one.y + two.x) / 2 }
  const [q, r] = [Math.hypot(sum.along, sum.across), Math.hypot(difference.along, difference.across)]
  const angleRad = (Math.atan2(difference.across, difference.along) + Math.atan2(sum.across, sum.along)) / 2
  return { ...placed, rx: q + r, ry: Math.abs(q - r), angleRad: normaliseAngle(angleRad) }
}

/** The traced outline of a mask after the transform: what its pixels will follow. */
export const transformedOutline = (traced: PolygonShape, by: Affine): PolygonShape => {
  const place = ([x, y]: ImagePoint): ImagePoint => tuple(mapped(by, { x, y }))
  return transformPolygon(traced, place, by)
}

/** A mask resampled by the nearest pixel, exactly: a pixel is inside when its centre came from one that was. Null: no pixel is left in the picture. */
export function transformMask(mask: MaskShape, by: Affine, { width, height }: ImageSize): MaskShape | null {
  const traced = maskToPolygon(mask)
  return traced && maskOfSpans(spansOfPolygon(transformedOutline(traced, by), width, height))
}
