import type { MaskShape, PolygonShape } from '../model/shape.ts'
import { simplifyPolygon } from './simplify.ts'
import type { ImagePx } from './spaces.ts'
import { maskToPolygon } from './traceMask.ts'

/** The outline of a mask, no further from it than the tolerance; 0: exactly its pixels. Null: the mask is empty. */
export function maskPolygon(mask: MaskShape, tolerancePx: ImagePx): PolygonShape | null {
  const polygon = maskToPolygon(mask)
  return polygon && tolerancePx > 0 ? simplifyPolygon(polygon, tolerancePx) : polygon
}
