import { distance, vec } from '../../../shared/geometry/point.ts'
import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import {
  chainsOf,
  hasVertices,
  insertVertex,
  isCollapsed,
  moveVertex,
  removeVertex,
  type VertexAt,
  type VertexShape,
} from '../../../shared/geometry/vertices.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import type { Editor } from './editor.ts'
import { around } from './snap.ts'
import { recordsNear } from './sight.ts'

/** Vertices as near as this stand in the same place; formats that round to hundredths keep shared borders shared. */
const sameReach: ImagePx = 0.01

/** A neighbour with vertices in the place of a vertex that is moved. */
export interface Twin {
  readonly id: Id
  readonly shape: VertexShape
  readonly at: readonly VertexAt[]
}

const same = (p: ImageVec, q: ImageVec): boolean => distance(p, q) <= sameReach

/** Vertices of other objects on show that stand where a vertex of the object `id` does. */
export function vertexTwins(editor: Editor, id: Id, p: ImageVec): Twin[] {
  return recordsNear(editor, around(p, sameReach)).flatMap((record) => {
    if (record.id === id || record.locked || !hasVertices(record.shape)) return []
    const at = chainsOf(record.shape).flatMap(({ points, part, hole }) =>
      points.flatMap((point, vertex) => (same(vec(point), p) ? [{ part, hole, vertex }] : [])),
    )
    return at.length > 0 ? [{ id: record.id, shape: record.shape, at }] : []
  })
}

/** Other objects on show that have the edge a-b too, with a new vertex at `point` on it. */
export function edgeTwins(editor: Editor, id: Id, a: ImageVec, b: ImageVec, point: ImageVec): Twin[] {
  return recordsNear(editor, around(a, sameReach)).flatMap((record) => {
    if (record.id === id || record.locked || !hasVertices(record.shape)) return []
    for (const { points, closed, part, hole } of chainsOf(record.shape)) {
      const vertex = points.findIndex((from, i) => {
        const to = points[i + 1] ?? (closed ? points[0] : undefined)
        return to && ((same(vec(from), a) && same(vec(to), b)) || (same(vec(from), b) && same(vec(to), a)))
      })
      if (vertex < 0) continue
      const shape = insertVertex(record.shape, { part, hole, vertex }, point)
      return [{ id: record.id, shape, at: [{ part, hole, vertex: vertex + 1 }] }]
    }
    return []
  })
}

/** The twins with their vertices at another place. */
export const movedTwins = (twins: readonly Twin[], to: ImageVec): [Id, VertexShape][] =>
  twins.map(({ id, shape, at }) => [id, at.reduce<VertexShape>((moved, vertex) => moveVertex(moved, vertex, to), shape)])

/** A vertex and its twins at another place; empty where nothing would be left of a ring or line. */
export function movedTogether(vertex: Twin, twins: readonly Twin[], to: ImageVec): ReadonlyMap<Id, Shape> {
  const all = [vertex, ...twins]
  const moved = new Map(movedTwins(all, to))
  const lost = all.some(({ id, shape, at }) => at.some((ring) => isCollapsed(moved.get(id)!, ring) && !isCollapsed(shape, ring)))
  return lost ? new Map() : moved
}

/** The twins without their vertices; one that would be nothing without keeps them. */
export function removedTwins(twins: readonly Twin[]): [Id, Shape][] {
  return twins.flatMap(({ id, shape, at }): [Id, Shape][] => {
    // From the last on, so that the places of the others stay true.
    const smaller = at.reduceRight<VertexShape | null>((left, vertex) => left && removeVertex(left, vertex), shape)
    return smaller ? [[id, smaller]] : []
  })
}
