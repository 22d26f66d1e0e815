import { boxHandles, boundsOfBox, handlePoint, type BoxHandle } from '../../../shared/geometry/box.ts'
import { distance, vec } from '../../../shared/geometry/point.ts'
import { turnedFrame } from '../../../shared/geometry/ellipse.ts'
import { rotatedHandle, turnHandle } from '../../../shared/geometry/rotatedBox.ts'
import { distanceToOutline, shapeArea, shapeContains } from '../../../shared/geometry/shapes.ts'
import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import { chainsOf, hasVertices, nearestVertex, type VertexAt, type VertexShape } from '../../../shared/geometry/vertices.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { RotatedBoxShape, Shape } from '../../../shared/model/shape.ts'

/** What lies under the pointer. */
export type Hit =
  | { readonly kind: 'none' }
  | { readonly kind: 'handle'; readonly id: Id; readonly handle: BoxHandle }
  /** What turns a rotated box. */
  | { readonly kind: 'turn'; readonly id: Id }
  /** The same of the frame around the selection. */
  | { readonly kind: 'frame'; readonly handle: BoxHandle }
  | { readonly kind: 'frameTurn' }
  | { readonly kind: 'vertex'; readonly id: Id; readonly at: VertexAt }
  /** The '+' in the middle of an edge; the new vertex will stand at `point`, after `at.vertex`. */
  | { readonly kind: 'edge'; readonly id: Id; readonly at: VertexAt; readonly point: ImageVec }
  | { readonly kind: 'shape'; readonly id: Id }

export const noHit: Hit = { kind: 'none' }

/** The record that was hit. */
export const hitId = (hit: Hit): Id | null => ('id' in hit ? hit.id : null)

/** Reach of the pointer in picture pixels. */
export interface Reach {
  /** Handles and vertices. */
  readonly handle: ImagePx
  /** Outlines. */
  readonly edge: ImagePx
  /** Edges shorter than this have no '+', boxes narrower than this no handles in the middle of their sides. */
  readonly roomy: ImagePx
  /** How far outside of a rotated box the handle that turns it stands. */
  readonly turn: ImagePx
  /** How far outside of a selection its frame stands: what lies at its border can still be clicked. */
  readonly frame: ImagePx
}

/** Screen sizes of the above; the same at every zoom. A finger (`coarse`) is no pointer: its reach is larger. */
export const reachAt = (scale: number, coarse = false): Reach =>
  coarse
    ? { handle: 22 / scale, edge: 14 / scale, roomy: 64 / scale, turn: 40 / scale, frame: 26 / scale }
    : { handle: 8 / scale, edge: 5 / scale, roomy: 28 / scale, turn: 22 / scale, frame: 12 / scale }

const areas = new WeakMap<Shape, number>()
function areaOf(shape: Shape): number {
  const known = areas.get(shape)
  if (known !== undefined) return known
  const area = shapeArea(shape)
  areas.set(shape, area)
  return area
}

/** Handles of a selected record, nearest first; null when the pointer is on none. */
export function hitHandles(record: Annotation, p: ImageVec, reach: Reach): Hit | null {
  if (record.shape.kind === 'box') return hitBoxHandles(record.id, record.shape, p, reach)
  const frame = turnedFrame(record.shape)
  const handle = frame && rotatedHandleAt(frame, p, reach)
  if (handle) return handle === 'turn' ? { kind: 'turn', id: record.id } : { kind: 'handle', id: record.id, handle }
  if (record.shape.kind === 'rotatedBox') return null
  if (hasVertices(record.shape)) return hitVertices(record.id, record.shape, p, reach)
  return null
}

function hitBoxHandles(id: Id, box: Extract<Shape, { kind: 'box' }>, p: ImageVec, reach: Reach): Hit | null {
  const bounds = boundsOfBox(box)
  const corners = boxHandles.filter((handle) => handle.length === 2)
  let best: { handle: BoxHandle; away: number } | null = null
  for (const handle of corners) {
    const away = distance(handlePoint(bounds, handle), p)
    if (away <= reach.handle && (!best || away < best.away)) best = { handle, away }
  }
  if (best) return { kind: 'handle', id, handle: best.handle }
  // The whole side is a handle where the box is roomy; a small box would otherwise leave nothing to grab and move.
  const within =
    p.x >= bounds.minX - reach.edge && p.x <= bounds.maxX + reach.edge && p.y >= bounds.minY - reach.edge && p.y <= bounds.maxY + reach.edge
  if (!within) return null
  if (box.w >= reach.roomy && Math.abs(p.y - bounds.minY) <= reach.edge) return { kind: 'handle', id, handle: 'n' }
  if (box.w >= reach.roomy && Math.abs(p.y - bounds.maxY) <= reach.edge) return { kind: 'handle', id, handle: 's' }
  if (box.h >= reach.roomy && Math.abs(p.x - bounds.minX) <= reach.edge) return { kind: 'handle', id, handle: 'w' }
  if (box.h >= reach.roomy && Math.abs(p.x - bounds.maxX) <= reach.edge) return { kind: 'handle', id, handle: 'e' }
  return null
}

/** Where the frame of a selection is drawn and grasped. */
export const aroundFrame = (frame: RotatedBoxShape, { frame: away }: Reach): RotatedBoxShape => ({
  ...frame,
  w: frame.w + 2 * away,
  h: frame.h + 2 * away,
})

/** What turns the frame around the selection, or sizes it. */
export function hitFrame(frame: RotatedBoxShape, p: ImageVec, reach: Reach): Hit | null {
  const handle = rotatedHandleAt(aroundFrame(frame, reach), p, reach)
  return handle && (handle === 'turn' ? { kind: 'frameTurn' } : { kind: 'frame', handle })
}

function rotatedHandleAt(box: RotatedBoxShape, p: ImageVec, reach: Reach): BoxHandle | 'turn' | null {
  if (distance(turnHandle(box, reach.turn), p) <= reach.handle) return 'turn'
  const away = (handle: BoxHandle): ImagePx => distance(rotatedHandle(box, handle), p)
  const [nearest] = shownHandles(box, reach).sort((a, b) => away(a) - away(b))
  return nearest && away(nearest) <= reach.handle ? nearest : null
}

/** The handles a box has room for: its corners always. */
export const shownHandles = ({ w, h }: { readonly w: ImagePx; readonly h: ImagePx }, { roomy }: Reach): BoxHandle[] =>
  boxHandles.filter((handle) => handle.length === 2 || (handle === 'n' || handle === 's' ? w : h) >= roomy)

function hitVertices(id: Id, shape: VertexShape, p: ImageVec, reach: Reach): Hit | null {
  const { distance: away, ...at } = nearestVertex(shape, p)
  if (away <= reach.handle) return { kind: 'vertex', id, at }
  for (const middle of edgeMiddles(shape, reach.roomy)) {
    if (distance(middle.point, p) <= reach.handle) return { kind: 'edge', id, at: middle.at, point: middle.point }
  }
  return null
}

/** Where the '+' handles of a polygon or line are. */
export function edgeMiddles(shape: VertexShape, roomy: ImagePx): { readonly at: VertexAt; readonly point: ImageVec }[] {
  const middles: { readonly at: VertexAt; readonly point: ImageVec }[] = []
  for (const { points, closed, part, hole } of chainsOf(shape)) {
    for (let vertex = 0; vertex < points.length - (closed ? 0 : 1); vertex++) {
      const a = vec(points[vertex]!)
      const b = vec(points[(vertex + 1) % points.length]!)
      if (distance(a, b) >= roomy) middles.push({ at: { part, hole, vertex }, point: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } })
    }
  }
  return middles
}

/**
 * Which of the candidates (painter's order) is meant: the nearest outline in reach; else the smallest region around the pointer,
 * so that an object in front of a large one can be reached; among masks, which are painted over each other, the one on top.
 */
export function pickShape(candidates: readonly Annotation[], p: ImageVec, reach: Reach): Id | null {
  let nearest: { id: Id; away: number; area: number } | null = null
  let smallest: { id: Id; area: number } | null = null
  let topMask: { id: Id; area: number } | null = null
  for (const { id, shape } of candidates) {
    const away = distanceToOutline(shape, p)
    const area = areaOf(shape)
    if (away <= reach.edge && (!nearest || away < nearest.away || (away === nearest.away && area < nearest.area)))
      nearest = { id, away, area }
    if (!shapeContains(shape, p)) continue
    if (shape.kind === 'mask') topMask = { id, area }
    else if (!smallest || area <= smallest.area) smallest = { id, area }
  }
  if (nearest) return nearest.id
  if (smallest && topMask) return smallest.area <= topMask.area ? smallest.id : topMask.id
  return (smallest ?? topMask)?.id ?? null
}
