import type { Shape } from '../model/shape.ts'
import { boundsMeet, boundsOfBox, boundsWithin, boxOfBounds, clipBounds } from './box.ts'
import { clampPoint, tuple, vec } from './point.ts'
import { combineRegions } from './regions.ts'
import { shapeBounds } from './shapes.ts'
import type { Bounds, ImageSize } from './spaces.ts'

export const pictureBounds = ({ width, height }: ImageSize): Bounds => ({ minX: 0, minY: 0, maxX: width, maxY: height })

/**
 * What of a shape lies in a picture: regions are cut at its border, except turned boxes and ellipses, which would be none; lines end at it. The same shape
 * where it lies within. Null: nothing of it lies there.
 */
export function inPicture(shape: Shape, size: ImageSize): Shape | null {
  const picture = pictureBounds(size)
  const bounds = shapeBounds(shape)
  if (boundsWithin(bounds, picture)) return shape
  if (!boundsMeet(bounds, picture)) return null
  switch (shape.kind) {
    case 'box': {
      const { minX, minY, maxX, maxY } = clipBounds(boundsOfBox(shape), size)
      return maxX > minX && maxY > minY ? boxOfBounds({ minX, minY, maxX, maxY }) : null
    }
    case 'mask':
      return combineRegions(shape, boxOfBounds(picture), 'intersect', size)
    case 'polygon':
      return shape.origin ? shape : combineRegions(shape, boxOfBounds(picture), 'intersect', size)
    case 'polyline':
      return { ...shape, points: shape.points.map((p) => tuple(clampPoint(vec(p), size))) }
    case 'point':
      return { ...shape, ...clampPoint(shape, size) }
    case 'rotatedBox':
      return shape
  }
}
