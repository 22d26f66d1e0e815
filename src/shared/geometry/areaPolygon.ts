import type { BoxShape, ImagePoint, PolygonShape, RotatedBoxShape } from '../model/shape.ts'
import { rotatedCorners } from './rotatedBox.ts'

/** The outline of an area as a polygon. */
export function areaPolygon(shape: BoxShape | RotatedBoxShape | PolygonShape): PolygonShape {
  if (shape.kind === 'polygon') return shape
  return { kind: 'polygon', parts: [{ outer: shape.kind === 'box' ? boxCorners(shape) : [...rotatedCorners(shape)], holes: [] }] }
}

const boxCorners = ({ x, y, w, h }: BoxShape): ImagePoint[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]
