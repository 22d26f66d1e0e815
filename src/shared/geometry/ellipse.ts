import type { EllipseOrigin, ImagePoint, PolygonShape, RotatedBoxShape, Shape } from '../model/shape.ts'
import { roundPoint } from './point.ts'
import type { ImagePx } from './spaces.ts'

/** An ellipse's polygon lies no further than this from the curve. */
const sagPx: ImagePx = 0.1

/** Vertices for a curve of this radius: between 12 and 256, a multiple of four so that the axes' ends are among them. */
function vertexCountFor(radius: ImagePx): number {
  const needed = radius > sagPx ? Math.PI / Math.acos(1 - sagPx / radius) : 0
  return 4 * Math.min(64, Math.max(3, Math.ceil(needed / 4)))
}

/** The polygon of an ellipse, clockwise on screen, on hundredths of a pixel; it remembers what it was made from. */
export function ellipsePolygon(origin: EllipseOrigin): PolygonShape {
  const { cx, cy, rx, ry, angleRad } = origin
  const count = vertexCountFor(Math.max(rx, ry))
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)]
  const outer = Array.from({ length: count }, (_, i): ImagePoint => {
    const at = (2 * Math.PI * i) / count
    const [x, y] = [rx * Math.cos(at), ry * Math.sin(at)]
    const point = roundPoint({ x: cx + x * cos - y * sin, y: cy + x * sin + y * cos }, 100)
    return [point.x, point.y]
  })
  return { kind: 'polygon', parts: [{ outer, holes: [] }], origin }
}

/** The box around what can be turned and sized as one: a rotated box itself, an ellipse along its axes. */
export function turnedFrame(shape: Shape): RotatedBoxShape | null {
  if (shape.kind === 'rotatedBox') return shape
  if (shape.kind !== 'polygon' || !shape.origin) return null
  const { cx, cy, rx, ry, angleRad } = shape.origin
  return { kind: 'rotatedBox', cx, cy, w: 2 * rx, h: 2 * ry, angleRad }
}

/** What a shape becomes when the box around it becomes this one. */
export function inTurnedFrame(shape: Shape, { cx, cy, w, h, angleRad }: RotatedBoxShape): Shape {
  if (shape.kind === 'polygon' && shape.origin) return ellipsePolygon({ kind: 'ellipse', cx, cy, rx: w / 2, ry: h / 2, angleRad })
  return { kind: 'rotatedBox', cx, cy, w, h, angleRad }
}
