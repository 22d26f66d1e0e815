import type { PolygonShape, Shape } from '../model/shape.ts'
import { areaPolygon } from './areaPolygon.ts'
import { boundsMeet } from './box.ts'
import { combineSpans, maskOfSpans, spanRules, spansOfMask, spansOfPolygon, type MaskSpans } from './maskSpans.ts'
import { combinePolygons, type BooleanOp } from './polygonBoolean.ts'
import { shapeBounds } from './shapes.ts'
import type { ImageSize } from './spaces.ts'
import { maskToPolygon } from './traceMask.ts'

/** Shapes that cover an area. */
export type RegionShape = Extract<Shape, { kind: 'box' | 'rotatedBox' | 'polygon' | 'mask' }>

export const isRegion = (shape: Shape): shape is RegionShape => shape.kind !== 'polyline' && shape.kind !== 'point'

/** The outline as a polygon; of a mask, along its pixels. Null for an empty mask. */
export const regionPolygon = (shape: RegionShape): PolygonShape | null =>
  shape.kind === 'mask' ? maskToPolygon(shape) : areaPolygon(shape)

/** The pixels of a region inside the picture. */
export function regionSpans(shape: RegionShape, size: ImageSize): MaskSpans {
  if (shape.kind === 'mask') return spansOfMask(shape)
  return spansOfPolygon(areaPolygon(shape), size.width, size.height)
}

/** Boolean operation: with a mask among the two the result is a mask, exact to the pixel; otherwise a polygon. Null when nothing is left. */
export function combineRegions(a: RegionShape, b: RegionShape, op: BooleanOp, size: ImageSize): RegionShape | null {
  if (op !== 'union' && !boundsMeet(shapeBounds(a), shapeBounds(b))) return op === 'subtract' ? a : null
  if (a.kind === 'mask' || b.kind === 'mask') return maskOfSpans(combineSpans(regionSpans(a, size), regionSpans(b, size), spanRules[op]))
  return combinePolygons(areaPolygon(a), areaPolygon(b), op)
}
