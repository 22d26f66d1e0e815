import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { ellipsePolygon } from './ellipse.ts'
import { shapeBounds } from './shapes.ts'
import type { Bounds } from './spaces.ts'
import type { VertexShape } from './vertices.ts'

/** A shape stretched from its extent to another one; a side without length moves only. */
export function stretchInto<S extends VertexShape>(shape: S, to: Bounds): S {
  const from = shapeBounds(shape)
  const along = (value: number, low: number, high: number, toLow: number, toHigh: number): number =>
    high === low ? toLow + (value - low) : toLow + ((value - low) / (high - low)) * (toHigh - toLow)
  const place = ([x, y]: ImagePoint): ImagePoint => [
    along(x, from.minX, from.maxX, to.minX, to.maxX),
    along(y, from.minY, from.maxY, to.minY, to.maxY),
  ]
  if (shape.kind === 'polyline') return { ...shape, points: shape.points.map(place) }
  if (shape.origin?.angleRad === 0) return ellipseIn(to) as S
  return {
    kind: 'polygon',
    parts: shape.parts.map((part) => ({ outer: part.outer.map(place), holes: part.holes.map((hole) => hole.map(place)) })),
  } as S
}

const ellipseIn = ({ minX, minY, maxX, maxY }: Bounds): PolygonShape =>
  ellipsePolygon({
    kind: 'ellipse',
    cx: (minX + maxX) / 2,
    cy: (minY + maxY) / 2,
    rx: (maxX - minX) / 2,
    ry: (maxY - minY) / 2,
    angleRad: 0,
  })
