import type { ImagePoint, Shape } from '../model/shape.ts'
import { boundsContain, boundsOfBox, distanceToBoxEdge } from './box.ts'
import { distance, nearestOnSegment, vec } from './point.ts'
import { nearestEdge, polygonBounds, polygonContains, ringBounds, ringContains, type Ring } from './polygon.ts'
import { polygonArea } from './polygonArea.ts'
import { maskArea, maskHit } from './rle.ts'
import { rotatedCorners } from './rotatedBox.ts'
import type { Bounds, ImagePx, ImageVec } from './spaces.ts'

/** The closed outline of a rotated box as a polygon of one part. */
const asPolygon = (ring: Ring): Extract<Shape, { kind: 'polygon' }> => ({ kind: 'polygon', parts: [{ outer: [...ring], holes: [] }] })

export function shapeBounds(shape: Shape): Bounds {
  switch (shape.kind) {
    case 'box':
      return boundsOfBox(shape)
    case 'rotatedBox':
      return ringBounds(rotatedCorners(shape))
    case 'polygon':
      return polygonBounds(shape)
    case 'mask':
      return { minX: shape.x, minY: shape.y, maxX: shape.x + shape.w, maxY: shape.y + shape.h }
    case 'polyline':
      return ringBounds(shape.points)
    case 'point':
      return { minX: shape.x, minY: shape.y, maxX: shape.x, maxY: shape.y }
  }
}

/** Is the point inside the region? Lines and points have no inside. */
export function shapeContains(shape: Shape, p: ImageVec): boolean {
  switch (shape.kind) {
    case 'box':
      return boundsContain(boundsOfBox(shape), p)
    case 'rotatedBox':
      return ringContains(rotatedCorners(shape), p)
    case 'polygon':
      return polygonContains(shape, p)
    case 'mask':
      return maskHit(shape, p.x, p.y)
    case 'polyline':
    case 'point':
      return false
  }
}

/** Distance to the outline; a mask has none to aim at, so it answers Infinity. */
export function distanceToOutline(shape: Shape, p: ImageVec): ImagePx {
  switch (shape.kind) {
    case 'box':
      return distanceToBoxEdge(boundsOfBox(shape), p)
    case 'rotatedBox':
      return nearestEdge(asPolygon(rotatedCorners(shape)), p).distance
    case 'polygon':
      return nearestEdge(shape, p).distance
    case 'polyline':
      return shape.points
        .slice(1)
        .reduce((least, point, i) => Math.min(least, nearestOnSegment(p, vec(shape.points[i]!), vec(point)).distance), Infinity)
    case 'point':
      return distance(p, shape)
    case 'mask':
      return Infinity
  }
}

/** Area in square pixels; 0 for lines and points. */
export function shapeArea(shape: Shape): number {
  switch (shape.kind) {
    case 'box':
    case 'rotatedBox':
      return shape.w * shape.h
    case 'polygon':
      return polygonArea(shape)
    case 'mask':
      return maskArea(shape)
    case 'polyline':
    case 'point':
      return 0
  }
}

/** Moved by whole or broken pixels; a mask moves by whole pixels only, because its pixels are exact. */
export function translateShape(shape: Shape, dx: ImagePx, dy: ImagePx): Shape {
  const shift = ([x, y]: ImagePoint): ImagePoint => [x + dx, y + dy]
  switch (shape.kind) {
    case 'box':
    case 'point':
      return { ...shape, x: shape.x + dx, y: shape.y + dy }
    case 'mask':
      return { ...shape, x: shape.x + Math.round(dx), y: shape.y + Math.round(dy) }
    case 'rotatedBox':
      return { ...shape, cx: shape.cx + dx, cy: shape.cy + dy }
    case 'polygon':
      return {
        kind: 'polygon',
        parts: shape.parts.map((part) => ({ outer: part.outer.map(shift), holes: part.holes.map((hole) => hole.map(shift)) })),
        ...(shape.origin ? { origin: { ...shape.origin, cx: shape.origin.cx + dx, cy: shape.origin.cy + dy } } : {}),
      }
    case 'polyline':
      return { ...shape, points: shape.points.map(shift) }
  }
}
