import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { unionBounds } from './box.ts'
import { nearestOnSegment, vec } from './point.ts'
import { withoutSpikes } from './spikes.ts'
import type { Bounds, ImagePx, ImageSize, ImageVec, Unit01 } from './spaces.ts'

export type Ring = readonly ImagePoint[]
export type PolygonPart = PolygonShape['parts'][number]

/** A ring of a polygon: hole null is the outer ring of the part. */
export interface RingAt {
  readonly part: number
  readonly hole: number | null
}
/** The edge from `vertex` to the next one of the ring. */
interface EdgeHit extends RingAt {
  readonly vertex: number
  readonly point: ImageVec
  readonly along: Unit01
  readonly distance: ImagePx
}

/** Every ring with its place. */
export function ringsOf(polygon: PolygonShape): readonly (RingAt & { readonly ring: Ring })[] {
  return polygon.parts.flatMap((part, index) => [
    { part: index, hole: null, ring: part.outer },
    ...part.holes.map((ring, hole) => ({ part: index, hole, ring })),
  ])
}

/** Signed area by the shoelace formula: positive when the ring turns clockwise on screen (y points down). */
export function signedArea(ring: Ring): number {
  let twice = 0
  for (let i = 0; i < ring.length; i++) {
    const [x0, y0] = ring[i]!
    const [x1, y1] = ring[(i + 1) % ring.length]!
    twice += x0 * y1 - x1 * y0
  }
  return twice / 2
}

/** Area of the parts less that of their holes, in square pixels: that of the polygon where no rings cross, holes lie within their part and parts apart. */
export function netArea(polygon: PolygonShape): number {
  let area = 0
  for (const part of polygon.parts) {
    area += Math.abs(signedArea(part.outer))
    for (const hole of part.holes) area -= Math.abs(signedArea(hole))
  }
  return area
}

export function ringBounds(ring: Ring): Bounds {
  let [minX, minY] = ring[0]!
  let maxX = minX
  let maxY = minY
  for (const [x, y] of ring) {
    if (x < minX) minX = x
    if (x > maxX) maxX = x
    if (y < minY) minY = y
    if (y > maxY) maxY = y
  }
  return { minX, minY, maxX, maxY }
}

export const partRings = (part: PolygonPart): readonly Ring[] => [part.outer, ...part.holes]

/** Of all rings: what of a hole sticks out of its part is covered, too. */
export function partBounds({ outer, holes }: PolygonPart): Bounds {
  return holes.length === 0 ? ringBounds(outer) : unionBounds([outer, ...holes].map(ringBounds))!
}

export const polygonBounds = ({ parts }: PolygonShape): Bounds =>
  parts.length === 1 ? partBounds(parts[0]!) : unionBounds(parts.map(partBounds))!

/** Even-odd rule for one ring. */
export function ringContains(ring: Ring, p: ImageVec): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!
    const [xj, yj] = ring[j]!
    if (yi > p.y !== yj > p.y && p.x < ((xj - xi) * (p.y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** Even-odd rule over all rings of a part. */
const partContains = ({ outer, holes }: PolygonPart, p: ImageVec): boolean =>
  holes.reduce((inside, hole) => inside !== ringContains(hole, p), ringContains(outer, p))

/** Inside one of the parts, each by the even-odd rule; the rule that pixels are painted by (see `eachPolygonRun`). */
export const polygonContains = (polygon: PolygonShape, p: ImageVec): boolean => polygon.parts.some((part) => partContains(part, p))

/** The edge nearest to a point, over all rings. */
export function nearestEdge(polygon: PolygonShape, p: ImageVec): EdgeHit {
  let best: EdgeHit | null = null
  for (const { ring, part, hole } of ringsOf(polygon)) {
    for (let vertex = 0; vertex < ring.length; vertex++) {
      const hit = nearestOnSegment(p, vec(ring[vertex]!), vec(ring[(vertex + 1) % ring.length]!))
      if (!best || hit.distance < best.distance) best = { ...hit, part, hole, vertex }
    }
  }
  return best!
}

/** The polygon with one ring replaced; null takes the ring out (a part goes with its outer ring). Null when nothing is left. */
export function replaceRing(polygon: PolygonShape, at: RingAt, ring: Ring | null): PolygonShape | null {
  const parts = polygon.parts.flatMap((part, index): PolygonPart[] => {
    if (index !== at.part) return [part]
    if (at.hole === null) return ring ? [{ outer: [...ring], holes: part.holes }] : []
    return [{ outer: part.outer, holes: part.holes.flatMap((hole, i) => (i !== at.hole ? [hole] : ring ? [[...ring]] : [])) }]
  })
  return parts.length > 0 ? { kind: 'polygon', parts } : null
}

const samePoint = (a: ImagePoint, b: ImagePoint): boolean => a[0] === b[0] && a[1] === b[1]

/** Without repeated neighbours (also between last and first); null when it only goes out and straight back. A ring that crosses itself encloses something. */
export function normaliseRing(ring: Ring): ImagePoint[] | null {
  const clean = ring.filter((point, i) => i === 0 || !samePoint(point, ring[i - 1]!))
  while (clean.length > 1 && samePoint(clean[0]!, clean.at(-1)!)) clean.pop()
  if (clean.length < 3) return null
  return signedArea(clean) !== 0 || withoutSpikes(clean.map(vec)).length > 0 ? clean : null
}

/** Cuts a ring at the edges of the picture (Sutherland and Hodgman, one edge after the other); null when nothing is left. */
export function clipRing(ring: Ring, size: ImageSize): ImagePoint[] | null {
  let points: Ring = ring
  const cut = (axis: 0 | 1, limit: number, keep: (v: number) => boolean): void => {
    const next: ImagePoint[] = []
    for (let i = 0; i < points.length; i++) {
      const a = points[i]!
      const b = points[(i + 1) % points.length]!
      if (keep(a[axis])) next.push(a)
      if (keep(a[axis]) !== keep(b[axis])) {
        const t = (limit - a[axis]) / (b[axis] - a[axis])
        const other = a[1 - axis]! + t * (b[1 - axis]! - a[1 - axis]!)
        next.push(axis === 0 ? [limit, other] : [other, limit])
      }
    }
    points = next
  }
  cut(0, 0, (x) => x >= 0)
  cut(0, size.width, (x) => x <= size.width)
  cut(1, 0, (y) => y >= 0)
  cut(1, size.height, (y) => y <= size.height)
  return normaliseRing(points)
}

export function clipPolygon(polygon: PolygonShape, size: ImageSize): PolygonShape | null {
  const parts = polygon.parts.flatMap((part): PolygonPart[] => {
    const outer = clipRing(part.outer, size)
    return outer ? [{ outer, holes: clipHoles(part, size) }] : []
  })
  return parts.length > 0 ? { kind: 'polygon', parts } : null
}

function clipHoles(part: PolygonPart, size: ImageSize): ImagePoint[][] {
  return part.holes.flatMap((hole) => {
    const clipped = clipRing(hole, size)
    return clipped ? [clipped] : []
  })
}
