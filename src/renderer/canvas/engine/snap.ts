import Flatbush from 'flatbush'
import { distance, nearestOnSegment, roundPoint } from '../../../shared/geometry/point.ts'
import { outlinesOf, pictureOutline, type Outline } from '../../../shared/geometry/outlines.ts'
import type { Bounds, ImagePx, ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'

/** What the pointer is drawn to; `id` null is the border of the picture. */
export type Snap =
  | { readonly kind: 'vertex'; readonly id: Id | null; readonly point: ImageVec }
  | { readonly kind: 'edge'; readonly id: Id | null; readonly point: ImageVec; readonly from: ImageVec; readonly to: ImageVec }

/** How far the pointer is drawn, in picture pixels: a vertex goes before an edge that is nearer. */
export interface SnapReach {
  readonly vertex: ImagePx
  readonly edge: ImagePx
}

/** The same on screen at every zoom. */
export const snapReachAt = (scale: number): SnapReach => ({ vertex: 9 / scale, edge: 7 / scale })

/** Below this many segments, looking at each is faster than a tree. */
const plainSearch = 48

/** The segments of a shape's outlines, to be asked which are near. */
class Segments {
  /** x0, y0, x1, y1 of each. */
  readonly #ends: Float64Array
  readonly #tree: Flatbush | null

  constructor(outlines: readonly Outline[]) {
    const ends: number[] = []
    for (const { points, closed } of outlines) {
      const edges = points.length === 1 || closed ? points.length : points.length - 1
      for (let i = 0; i < edges; i++) {
        const [x0, y0] = points[i]!
        const [x1, y1] = points[(i + 1) % points.length]!
        ends.push(x0, y0, x1, y1)
      }
    }
    this.#ends = Float64Array.from(ends)
    const count = ends.length / 4
    this.#tree = count > plainSearch ? new Flatbush(count) : null
    for (let i = 0; this.#tree && i < ends.length; i += 4) {
      const [x0, y0, x1, y1] = [ends[i]!, ends[i + 1]!, ends[i + 2]!, ends[i + 3]!]
      this.#tree.add(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1))
    }
    this.#tree?.finish()
  }

  near({ minX, minY, maxX, maxY }: Bounds, visit: (a: ImageVec, b: ImageVec) => void): void {
    const ends = this.#ends
    const tell = (i: number): void => visit({ x: ends[i]!, y: ends[i + 1]! }, { x: ends[i + 2]!, y: ends[i + 3]! })
    if (this.#tree) for (const index of this.#tree.search(minX, minY, maxX, maxY)) tell(4 * index)
    else for (let i = 0; i < ends.length; i += 4) tell(i)
  }
}

const segments = new WeakMap<Shape, Segments>()

/** Made when the pointer first comes near; a changed shape is another object. */
function segmentsOf(shape: Shape): Segments {
  let known = segments.get(shape)
  if (!known) segments.set(shape, (known = new Segments(outlinesOf(shape))))
  return known
}

export const around = (p: ImageVec, reach: ImagePx): Bounds => ({
  minX: p.x - reach,
  minY: p.y - reach,
  maxX: p.x + reach,
  maxY: p.y + reach,
})

/** The vertex, else the point of an edge, of the neighbours or the picture's border that is nearest to `p` and in reach. */
export function findSnap(p: ImageVec, neighbours: readonly Annotation[], image: ImageSize, reach: SnapReach): Snap | null {
  let vertex: (Snap & { readonly away: ImagePx }) | null = null
  let edge: (Snap & { readonly away: ImagePx }) | null = null
  const bounds = around(p, Math.max(reach.vertex, reach.edge))
  const look = (id: Id | null) => (from: ImageVec, to: ImageVec) => {
    for (const point of [from, to]) {
      const away = distance(p, point)
      if (away <= reach.vertex && (!vertex || away < vertex.away)) vertex = { kind: 'vertex', id, point, away }
    }
    const { point, distance: away } = nearestOnSegment(p, from, to)
    if (away <= reach.edge && (!edge || away < edge.away)) edge = { kind: 'edge', id, point, from, to, away }
  }
  for (const { id, shape } of neighbours) segmentsOf(shape).near(bounds, look(id))
  new Segments([pictureOutline(image)]).near(bounds, look(null))
  return vertex ?? edge
}

/** The point to take: what is free along an upright or level edge is rounded to 1/perPixel, anything else is taken to the last digit, so that no gap is left. */
export function snapPoint(snap: Snap, perPixel: number): ImageVec {
  if (snap.kind === 'vertex') return snap.point
  const { from, to, point } = snap
  const rounded = roundPoint(point, perPixel)
  const within = (value: number, a: number, b: number): boolean => value >= Math.min(a, b) && value <= Math.max(a, b)
  if (from.x === to.x) return { x: from.x, y: within(rounded.y, from.y, to.y) ? rounded.y : point.y }
  if (from.y === to.y) return { x: within(rounded.x, from.x, to.x) ? rounded.x : point.x, y: from.y }
  return point
}
