import type { PolygonShape, PolylineShape } from '../model/shape.ts'
import { distance, nearestOnSegment, vec } from './point.ts'
import { replaceRing, ringsOf, signedArea, type Ring, type RingAt } from './polygon.ts'
import { polygonArea } from './polygonArea.ts'
import type { ImagePx, ImageVec } from './spaces.ts'

/** Shapes that are drawn and changed vertex by vertex. */
export type VertexShape = PolygonShape | PolylineShape

export interface VertexAt extends RingAt {
  readonly vertex: number
}

/** A ring of a polygon, or the whole of a line (part 0, no hole), which does not return to its start. */
interface Chain extends RingAt {
  readonly points: Ring
  readonly closed: boolean
}

export const hasVertices = (shape: { readonly kind: string }): shape is VertexShape => shape.kind === 'polygon' || shape.kind === 'polyline'

export function chainsOf(shape: VertexShape): readonly Chain[] {
  if (shape.kind === 'polyline') return [{ part: 0, hole: null, points: shape.points, closed: false }]
  return ringsOf(shape).map(({ ring, ...at }) => ({ ...at, points: ring, closed: true }))
}

export const chainAt = (shape: VertexShape, { part, hole }: RingAt): Ring | undefined =>
  chainsOf(shape).find((chain) => chain.part === part && chain.hole === hole)?.points

const replaceChain = <S extends VertexShape>(shape: S, at: RingAt, points: Ring): S =>
  (shape.kind === 'polyline' ? { ...shape, points: [...points] } : replaceRing(shape, at, points)!) as S

/** The vertex nearest to a point. */
export function nearestVertex(shape: VertexShape, p: ImageVec): VertexAt & { readonly distance: ImagePx } {
  let best: (VertexAt & { readonly distance: ImagePx }) | null = null
  for (const { points, part, hole } of chainsOf(shape)) {
    points.forEach((point, vertex) => {
      const away = distance(p, vec(point))
      if (!best || away < best.distance) best = { part, hole, vertex, distance: away }
    })
  }
  return best!
}

/** The edge nearest to a point, by the vertex it starts at, and the nearest point on it. */
export function nearestEdgeOf(shape: VertexShape, p: ImageVec): VertexAt & { readonly point: ImageVec; readonly distance: ImagePx } {
  let best: (VertexAt & { readonly point: ImageVec; readonly distance: ImagePx }) | null = null
  for (const { points, closed, part, hole } of chainsOf(shape)) {
    for (let vertex = 0; vertex < points.length - (closed ? 0 : 1); vertex++) {
      const { point, distance: away } = nearestOnSegment(p, vec(points[vertex]!), vec(points[(vertex + 1) % points.length]!))
      if (!best || away < best.distance) best = { part, hole, vertex, point, distance: away }
    }
  }
  return best!
}

export function moveVertex<S extends VertexShape>(shape: S, at: VertexAt, to: ImageVec): S {
  const points = chainAt(shape, at)
  if (!points?.[at.vertex]) return shape
  return replaceChain(
    shape,
    at,
    points.map((point, i) => (i === at.vertex ? [to.x, to.y] : point)),
  )
}

/** A new vertex on the edge that starts at `at`; it becomes vertex `at.vertex + 1`. */
export function insertVertex<S extends VertexShape>(shape: S, at: VertexAt, point: ImageVec): S {
  const points = chainAt(shape, at)
  if (!points?.[at.vertex]) return shape
  return replaceChain(shape, at, points.toSpliced(at.vertex + 1, 0, [point.x, point.y]))
}

/** Vertices stand on hundredths; an area as small as this is what is left of none. */
const noArea = 1e-6

/** A ring without an area, or a line without a length: nobody sees it. */
export function isCollapsed(shape: VertexShape, at: RingAt): boolean {
  const points = chainAt(shape, at) ?? []
  // A ring that crosses itself may have as much area to the one side as to the other.
  if (shape.kind === 'polygon')
    return Math.abs(signedArea(points)) < noArea && polygonArea({ kind: 'polygon', parts: [{ outer: [...points], holes: [] }] }) < noArea
  return points.every(([x, y]) => x === points[0]![0] && y === points[0]![1])
}

/** The middle of the edge after a vertex, by the vertex it starts at; of the last vertex of a line, which has none, the one before. */
export function edgeMiddle(
  shape: VertexShape,
  at: VertexAt,
): { readonly at: VertexAt; readonly a: ImageVec; readonly b: ImageVec; readonly middle: ImageVec } | null {
  const points = chainAt(shape, at)
  const vertex = shape.kind === 'polyline' && points ? Math.min(at.vertex, points.length - 2) : at.vertex
  const from = points?.[vertex]
  if (!points || !from) return null
  const [a, b] = [vec(from), vec(points[(vertex + 1) % points.length]!)]
  return { at: { ...at, vertex }, a, b, middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }
}

/** Takes a vertex out. A hole that falls below three vertices goes with it; null when an outer ring would, or a line below two, since that is deleting. */
export function removeVertex<S extends VertexShape>(shape: S, at: VertexAt): S | null {
  const points = chainAt(shape, at)
  if (!points?.[at.vertex]) return shape
  if (points.length > (shape.kind === 'polyline' ? 2 : 3)) return replaceChain(shape, at, points.toSpliced(at.vertex, 1))
  return shape.kind === 'polyline' || at.hole === null ? null : (replaceRing(shape, at, null) as S | null)
}
