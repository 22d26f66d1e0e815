import type { ImagePoint } from '../model/shape.ts'
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
  return {
    ...shape,
    parts: shape.parts.map((part) => ({ outer: part.outer.map(place), holes: part.holes.map((hole) => hole.map(place)) })),
  }
}
