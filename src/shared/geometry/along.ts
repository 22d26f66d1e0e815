import { distance, nearestOnSegment, vec } from './point.ts'
import type { Outline } from './outlines.ts'
import type { ImagePx, ImageVec, Unit01 } from './spaces.ts'

/** A place on an outline: on the edge that starts at `edge`, as far along it as `along` says. */
interface Place {
  readonly edge: number
  readonly along: Unit01
}

/** A way along an outline from one place to another: the vertices between the two, which are not part of it. */
export interface Way {
  readonly points: readonly ImageVec[]
  readonly length: ImagePx
}

const edgeCount = ({ points, closed }: Outline): number => (closed ? points.length : points.length - 1)

/** Where a point lies on an outline; null when it is farther away than `reach`. */
function placeOn(outline: Outline, p: ImageVec, reach: ImagePx): Place | null {
  let best: (Place & { readonly distance: ImagePx }) | null = null
  for (let edge = 0; edge < edgeCount(outline); edge++) {
    const from = outline.points[edge]!
    const to = outline.points[(edge + 1) % outline.points.length]!
    // A plain test first: most edges of a long outline are far away.
    if (Math.min(from[0], to[0]) - reach > p.x || Math.max(from[0], to[0]) + reach < p.x) continue
    if (Math.min(from[1], to[1]) - reach > p.y || Math.max(from[1], to[1]) + reach < p.y) continue
    const hit = nearestOnSegment(p, vec(from), vec(to))
    if (hit.distance <= reach && (!best || hit.distance < best.distance)) best = { edge, along: hit.along, distance: hit.distance }
  }
  return best
}

function wayOf(a: ImageVec, points: readonly ImageVec[], b: ImageVec): Way {
  // A place that is a vertex itself would be on its way twice.
  const between = points.filter((p) => distance(p, a) > 0 && distance(p, b) > 0)
  let length = 0
  let last = a
  for (const p of [...between, b]) {
    length += distance(last, p)
    last = p
  }
  return { points: between, length }
}

/** The vertices from one place to a later one in the sense of the outline. */
function verticesBetween({ points }: Outline, from: Place, to: Place): ImageVec[] {
  const count = points.length
  const ahead = from.edge === to.edge && from.along <= to.along ? 0 : (to.edge - from.edge + count) % count || count
  return Array.from({ length: ahead }, (_, i) => vec(points[(from.edge + 1 + i) % count]!))
}

/** The ways along an outline from `a` to `b`, the shortest first: two around a ring, one along a line; none when one of them does not lie on it. */
export function waysBetween(outline: Outline, a: ImageVec, b: ImageVec, reach: ImagePx): readonly Way[] {
  const from = placeOn(outline, a, reach)
  const to = from && placeOn(outline, b, reach)
  if (!from || !to || distance(a, b) === 0) return []
  const forward = (): Way => wayOf(a, verticesBetween(outline, from, to), b)
  const backward = (): Way => wayOf(a, verticesBetween(outline, to, from).reverse(), b)
  if (outline.closed) return [forward(), backward()].sort((one, other) => one.length - other.length)
  return [from.edge + from.along <= to.edge + to.along ? forward() : backward()]
}
