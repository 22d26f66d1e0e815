import type { ImagePoint, MaskShape, Shape } from '../model/shape.ts'
import type { Ring } from './polygon.ts'
import { rotatedCorners } from './rotatedBox.ts'
import type { ImageSize } from './spaces.ts'
import { maskToPolygon } from './traceMask.ts'
import { chainsOf } from './vertices.ts'

/** A line along the border of a shape; a closed one returns to its start. A point is a line of one vertex. */
export interface Outline {
  readonly points: Ring
  readonly closed: boolean
}

const cornersOf = (x0: number, y0: number, x1: number, y1: number): ImagePoint[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
]

const maskBorders = new WeakMap<MaskShape, readonly Outline[]>()

function outlinesOfMask(mask: MaskShape): readonly Outline[] {
  let known = maskBorders.get(mask)
  if (!known) {
    const polygon = maskToPolygon(mask)
    maskBorders.set(mask, (known = polygon ? chainsOf(polygon) : []))
  }
  return known
}

/** What a shape offers to draw along: its rings, its line, its corners; of a mask the edges of its pixels. */
export function outlinesOf(shape: Shape): readonly Outline[] {
  switch (shape.kind) {
    case 'box':
      return [{ points: cornersOf(shape.x, shape.y, shape.x + shape.w, shape.y + shape.h), closed: true }]
    case 'rotatedBox':
      return [{ points: rotatedCorners(shape), closed: true }]
    case 'polygon':
    case 'polyline':
      return chainsOf(shape)
    case 'point':
      return [{ points: [[shape.x, shape.y]], closed: false }]
    case 'mask':
      return outlinesOfMask(shape)
  }
}

/** The border of the picture. */
export const pictureOutline = ({ width, height }: ImageSize): Outline => ({ points: cornersOf(0, 0, width, height), closed: true })
