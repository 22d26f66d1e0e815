import type { Id } from '../model/ids.ts'
import type { MaskShape, PolygonShape } from '../model/shape.ts'
import { areaPolygon } from './areaPolygon.ts'
import { boundsMeet, boundsOfBox, boundsWithin } from './box.ts'
import { fillHoles, growSpans, removeIslands, shrinkSpans } from './maskMorphology.ts'
import { maskOfSpans, rasterizePolygon, spansOfMask, type MaskSpans } from './maskSpans.ts'
import type { PolygonPart } from './polygon.ts'
import { withoutSmallParts } from './polygonArea.ts'
import { combinePolygons, offsetPolygon, type BooleanOp } from './polygonBoolean.ts'
import { combineRegions, regionPolygon, type RegionShape } from './regions.ts'
import { shapeArea, shapeBounds } from './shapes.ts'
import { simplifyPolygon } from './simplify.ts'
import type { ImagePx, ImageSize, ImageVec } from './spaces.ts'
import { componentsOf, splitRegion } from './splitRegion.ts'

/** What can be done with regions; the first of them is the lowest in painter's order. */
export type RegionOp =
  /** All of them into the first: the rest goes. */
  | { readonly kind: BooleanOp }
  | { readonly kind: 'join' }
  /** Every part a region of its own; the largest stays in its place. */
  | { readonly kind: 'separate' }
  /** What lies higher is cut out of what lies lower; the higher ones stay. */
  | { readonly kind: 'overlap' }
  | { readonly kind: 'split'; readonly line: readonly ImageVec[] }
  | { readonly kind: 'fillHoles' }
  /** Inwards when negative. */
  | { readonly kind: 'grow'; readonly byPx: ImagePx }
  | { readonly kind: 'islands'; readonly fewerThanPx: number }
  /** Masks along their pixels, then all that is left out within the tolerance; 0: nothing is left out. */
  | { readonly kind: 'toPolygon'; readonly tolerancePx: ImagePx }
  | { readonly kind: 'toMask' }

export interface RegionInput {
  readonly id: Id
  readonly shape: RegionShape
}

export interface RegionTask {
  readonly op: RegionOp
  /** In painter's order. */
  readonly inputs: readonly RegionInput[]
  readonly size: ImageSize
}

/** What became of an input that changed: nothing left of it, another shape, or several. */
export interface RegionChange {
  readonly id: Id
  readonly shapes: readonly RegionShape[]
}

/** Carries an operation out. Empty: it changes nothing, or would leave nothing of the region that stays. */
export function runRegionTask({ op, inputs, size }: RegionTask): RegionChange[] {
  switch (op.kind) {
    case 'union':
    case 'intersect':
    case 'subtract':
      return intoFirst(inputs, (a, b) => combineRegions(a, b, op.kind, size))
    case 'join':
      return intoFirst(inputs, (a, b) => joined(a, b, size))
    case 'overlap':
      return cutByHigher(inputs, size)
    case 'separate':
      return each(inputs, (shape) => separated(shape, size))
    case 'split':
      return each(inputs, (shape) => splitRegion(shape, op.line, size))
    case 'fillHoles':
      return each(inputs, (shape) => one(filled(shape, size)))
    case 'grow':
      return each(inputs, (shape) => one(grown(shape, op.byPx, size)))
    case 'islands':
      return each(inputs, (shape) => one(withoutIslands(shape, op.fewerThanPx, size)))
    case 'toPolygon':
      return each(inputs, (shape) => one(asPolygon(shape, op.tolerancePx)))
    case 'toMask':
      return each(inputs, (shape) => (shape.kind === 'mask' ? null : one(rasterizePolygon(areaPolygon(shape), size.width, size.height))))
  }
}

/** Null, or nothing at all: the region stays as it is. */
const one = (shape: RegionShape | null): readonly RegionShape[] | null => (shape ? [shape] : null)

const same = (a: RegionShape, b: RegionShape): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

function each(inputs: readonly RegionInput[], change: (shape: RegionShape) => readonly RegionShape[] | null): RegionChange[] {
  return inputs.flatMap(({ id, shape }) => {
    const shapes = change(shape)
    return !shapes || (shapes.length === 1 && same(shapes[0]!, shape)) ? [] : [{ id, shapes }]
  })
}

function intoFirst(inputs: readonly RegionInput[], combine: (a: RegionShape, b: RegionShape) => RegionShape | null): RegionChange[] {
  const [first, ...rest] = inputs
  if (!first || rest.length === 0) return []
  let shape: RegionShape | null = first.shape
  for (const other of rest) shape = shape && combine(shape, other.shape)
  return shape ? [{ id: first.id, shapes: [shape] }, ...rest.map(({ id }) => ({ id, shapes: [] }))] : []
}

/** Two regions as one of several parts; parts may lie over each other. With a mask among them, a mask. */
function joined(a: RegionShape, b: RegionShape, size: ImageSize): RegionShape | null {
  if (a.kind === 'mask' || b.kind === 'mask') return combineRegions(a, b, 'union', size)
  return { kind: 'polygon', parts: [...areaPolygon(a).parts, ...areaPolygon(b).parts] }
}

function cutByHigher(inputs: readonly RegionInput[], size: ImageSize): RegionChange[] {
  const bounds = inputs.map(({ shape }) => shapeBounds(shape))
  return inputs.flatMap(({ id, shape }, i) => {
    let left: RegionShape | null = shape
    for (let j = i + 1; left && j < inputs.length; j++)
      if (boundsMeet(bounds[i]!, bounds[j]!)) left = combineRegions(left, inputs[j]!.shape, 'subtract', size)
    // Neighbours that touch take nothing from each other: vertices of the lower one stay as they are.
    if (left && Math.abs(shapeArea(left) - shapeArea(shape)) < 1e-3 && left.kind !== 'mask') return []
    return left && same(left, shape) ? [] : [{ id, shapes: left ? [left] : [] }]
  })
}

function separated(shape: RegionShape, size: ImageSize): readonly RegionShape[] | null {
  const parts: RegionShape[] =
    shape.kind === 'mask'
      ? componentsOf(spansOfMask(shape), size).map((part) => maskOfSpans(part)!)
      : areaPolygon(shape).parts.map((part): PolygonShape => ({ kind: 'polygon', parts: [part] }))
  return parts.length > 1 ? parts.sort((a, b) => shapeArea(b) - shapeArea(a)) : null
}

const onMask = (mask: MaskShape, change: (spans: MaskSpans) => MaskSpans): MaskShape | null => maskOfSpans(change(spansOfMask(mask)))

const withParts = (parts: readonly PolygonPart[]): PolygonShape | null => (parts.length > 0 ? { kind: 'polygon', parts: [...parts] } : null)

function filled(shape: RegionShape, size: ImageSize): RegionShape | null {
  if (shape.kind === 'mask') return onMask(shape, (spans) => fillHoles(spans, size))
  if (shape.kind !== 'polygon' || shape.parts.every((part) => part.holes.length === 0)) return shape
  return withParts(shape.parts.map(({ outer }) => ({ outer, holes: [] })))
}

function grown(shape: RegionShape, byPx: ImagePx, size: ImageSize): RegionShape | null {
  switch (shape.kind) {
    case 'mask':
      return onMask(shape, (spans) => (byPx < 0 ? shrinkSpans(spans, size, 0 - byPx) : growSpans(spans, size, byPx)))
    case 'polygon':
      return inPicture(byPx < 0 ? shrunk(shape, 0 - byPx, size) : offsetPolygon(shape, byPx), size)
    case 'box': {
      const low = (at: ImagePx): ImagePx => Math.max(0, byPx < 0 && at <= borderReach ? at : at - byPx)
      const high = (at: ImagePx, limit: ImagePx): ImagePx => Math.min(limit, byPx < 0 && at >= limit - borderReach ? at : at + byPx)
      const [x, y] = [low(shape.x), low(shape.y)]
      const [right, bottom] = [high(shape.x + shape.w, size.width), high(shape.y + shape.h, size.height)]
      return right > x && bottom > y ? { ...shape, x, y, w: right - x, h: bottom - y } : null
    }
    case 'rotatedBox':
      return shape.w + 2 * byPx > 0 && shape.h + 2 * byPx > 0 ? { ...shape, w: shape.w + 2 * byPx, h: shape.h + 2 * byPx } : null
  }
}

/** An outline as near to the edge of the picture as this takes in the centres of its last pixels. */
const borderReach: ImagePx = 0.5

function inPicture(polygon: PolygonShape | null, size: ImageSize): RegionShape | null {
  const picture = { kind: 'box' as const, x: 0, y: 0, w: size.width, h: size.height }
  if (!polygon || boundsWithin(shapeBounds(polygon), boundsOfBox(picture))) return polygon
  return combineRegions(polygon, picture, 'intersect', size)
}

/** Less what is nearer to something outside of it than that; the edge of the picture does not count as outside, for pixels of masks neither. */
function shrunk(polygon: PolygonShape, byPx: ImagePx, size: ImageSize): PolygonShape | null {
  const seen = { kind: 'box' as const, x: borderReach, y: borderReach, w: size.width - 2 * borderReach, h: size.height - 2 * borderReach }
  if (boundsWithin(shapeBounds(polygon), boundsOfBox(seen))) return offsetPolygon(polygon, 0 - byPx)
  const outside = combinePolygons(areaPolygon(seen), polygon, 'subtract')
  const taken = outside && offsetPolygon(outside, byPx)
  return taken ? combinePolygons(polygon, taken, 'subtract') : polygon
}

function withoutIslands(shape: RegionShape, fewerThanPx: number, size: ImageSize): RegionShape | null {
  if (shape.kind === 'mask') return onMask(shape, (spans) => removeIslands(spans, size, fewerThanPx))
  return shape.kind === 'polygon' ? withoutSmallParts(shape, fewerThanPx) : shape
}

function asPolygon(shape: RegionShape, tolerancePx: ImagePx): RegionShape | null {
  const polygon = regionPolygon(shape)
  return polygon && tolerancePx > 0 ? simplifyPolygon(polygon, tolerancePx) : polygon
}
