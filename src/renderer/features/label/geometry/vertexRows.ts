import { chainsOf, type VertexAt, type VertexShape } from '../../../../shared/geometry/vertices.ts'

/** A line of the table of vertices: the heading of a ring, or a vertex. */
export type VertexRow =
  | { readonly kind: 'ring'; readonly part: number; readonly hole: number | null; readonly count: number }
  | { readonly kind: 'vertex'; readonly at: VertexAt; readonly x: number; readonly y: number }

/** The table of a shape's vertices, read row by row: a shape may have a hundred thousand. */
export interface VertexRows {
  readonly count: number
  row(index: number): VertexRow | null
  /** Where a vertex stands in the table; -1: nowhere. */
  indexOf(at: VertexAt): number
}

/** Rings have headings where there are several. */
export function vertexRows(shape: VertexShape): VertexRows {
  const chains = chainsOf(shape)
  const heading = chains.length > 1 ? 1 : 0
  const starts: number[] = []
  let count = 0
  for (const { points } of chains) {
    starts.push(count)
    count += heading + points.length
  }
  return {
    count,
    row(index) {
      const ring = starts.findLastIndex((start) => start <= index)
      const chain = chains[ring]
      if (!chain || index < 0 || index >= count) return null
      const { part, hole, points } = chain
      const vertex = index - starts[ring]! - heading
      if (vertex < 0) return { kind: 'ring', part, hole, count: points.length }
      const [x, y] = points[vertex]!
      return { kind: 'vertex', at: { part, hole, vertex }, x, y }
    },
    indexOf({ part, hole, vertex }) {
      const ring = chains.findIndex((chain) => chain.part === part && chain.hole === hole)
      return ring < 0 ? -1 : starts[ring]! + heading + vertex
    },
  }
}
