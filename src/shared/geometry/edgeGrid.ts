import type { Ring } from './polygon.ts'

/** Edges of rings as a few arrays of numbers; those without a length are left out. */
interface Edges {
  readonly count: number
  /** Of each edge four: where it begins and where it ends. */
  readonly ends: Float64Array
  /** The edge that goes on where it ends. */
  readonly next: Int32Array
  /** Whose edge it is. */
  readonly of: Int32Array
}

/** The edges of the rings of several owners, numbered from 0. */
export function edgesOf(owners: readonly (readonly Ring[])[]): Edges {
  const most = owners.reduce((sum, rings) => sum + rings.reduce((inner, ring) => inner + ring.length, 0), 0)
  const [ends, next, of] = [new Float64Array(4 * most), new Int32Array(most), new Int32Array(most)]
  let count = 0
  owners.forEach((rings, owner) => {
    for (const ring of rings) {
      const first = count
      for (let i = 0; i < ring.length; i++) {
        const [ax, ay] = ring[i]!
        const [bx, by] = ring[i + 1 === ring.length ? 0 : i + 1]!
        if (ax === bx && ay === by) continue
        ends[4 * count] = ax
        ends[4 * count + 1] = ay
        ends[4 * count + 2] = bx
        ends[4 * count + 3] = by
        of[count] = owner
        next[count] = ++count
      }
      if (count > first) next[count - 1] = first
    }
  })
  return { count, ends, next, of }
}

/** Edges by the cells of a grid that they pass through: about one cell for each edge, so that neighbours are found without asking all others. */
export class EdgeGrid {
  readonly #edges: Edges
  readonly #minX: number
  readonly #minY: number
  readonly #columns: number
  readonly #rows: number
  readonly #cellWidth: number
  readonly #cellHeight: number

  constructor(edges: Edges) {
    this.#edges = edges
    const { count, ends } = edges
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = 0; i < 4 * count; i += 2) {
      minX = Math.min(minX, ends[i]!)
      maxX = Math.max(maxX, ends[i]!)
      minY = Math.min(minY, ends[i + 1]!)
      maxY = Math.max(maxY, ends[i + 1]!)
    }
    const [width, height] = [Math.max(maxX - minX, 1e-9), Math.max(maxY - minY, 1e-9)]
    this.#minX = minX
    this.#minY = minY
    this.#columns = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * width) / height))))
    this.#rows = Math.max(1, Math.ceil(count / this.#columns))
    this.#cellWidth = width / this.#columns
    this.#cellHeight = height / this.#rows
  }

  /** Visits owners of edges that cross or touch, other than neighbours at the vertex they share; where it is `known` already, no more is looked for. */
  eachMeeting(known: (owner: number, other: number) => boolean, visit: (owner: number, other: number) => void): void {
    const { count, of } = this.#edges
    const heads = new Int32Array(this.#columns * this.#rows)
    // Lists of edges by cell: where one goes on, and the edge; 0 is the end.
    const links = [0]
    const listed = [0]
    for (let edge = 0; edge < count; edge++) {
      this.#eachCell(edge, (cell) => {
        for (let at = heads[cell]!; at !== 0; at = links[at]!) {
          const other = listed[at]!
          if (edgesMeet(this.#edges, edge, other) && !known(of[edge]!, of[other]!)) visit(of[edge]!, of[other]!)
        }
        links.push(heads[cell]!)
        heads[cell] = listed.push(edge) - 1
      })
    }
  }

  #eachCell(edge: number, visit: (cell: number) => void): void {
    const { ends } = this.#edges
    const at = 4 * edge
    const x0 = (ends[at]! - this.#minX) / this.#cellWidth
    const y0 = (ends[at + 1]! - this.#minY) / this.#cellHeight
    const x1 = (ends[at + 2]! - this.#minX) / this.#cellWidth
    const y1 = (ends[at + 3]! - this.#minY) / this.#cellHeight
    const left = Math.min(x0, x1)
    const right = Math.max(x0, x1)
    const top = clampTo(Math.min(y0, y1) - slack, this.#rows)
    const bottom = clampTo(Math.max(y0, y1) + slack, this.#rows)
    const slope = y0 === y1 ? 0 : (x1 - x0) / (y1 - y0)
    for (let row = top; row <= bottom; row++) {
      let from = left
      let to = right
      if (top < bottom && y0 !== y1) {
        const enter = x0 + slope * (row - slack - y0)
        const leave = x0 + slope * (row + 1 + slack - y0)
        from = Math.max(from, Math.min(enter, leave))
        to = Math.min(to, Math.max(enter, leave))
      }
      const last = clampTo(to + slack, this.#columns)
      for (let column = clampTo(from - slack, this.#columns); column <= last; column++) visit(row * this.#columns + column)
    }
  }
}

/** Of a cell: what lies on the line between two cells, or is rounded over it, is in both. */
const slack = 1e-6

const clampTo = (at: number, count: number): number => Math.max(0, Math.min(count - 1, Math.floor(at)))

function edgesMeet({ ends, next }: Edges, e: number, f: number): boolean {
  const eax = ends[4 * e]!
  const ebx = ends[4 * e + 2]!
  const fax = ends[4 * f]!
  const fbx = ends[4 * f + 2]!
  if (Math.max(eax, ebx) < Math.min(fax, fbx) || Math.max(fax, fbx) < Math.min(eax, ebx)) return false
  const eay = ends[4 * e + 1]!
  const eby = ends[4 * e + 3]!
  const fay = ends[4 * f + 1]!
  const fby = ends[4 * f + 3]!
  if (Math.max(eay, eby) < Math.min(fay, fby) || Math.max(fay, fby) < Math.min(eay, eby)) return false
  const toStart = side(eax, eay, ebx, eby, fax, fay)
  const toEnd = side(eax, eay, ebx, eby, fbx, fby)
  const follows = next[e] === f
  // Neighbours share a vertex; they share more when the ring turns straight back there.
  if (follows !== (next[f] === e)) return (follows ? toEnd : toStart) === 0 && (ebx - eax) * (fbx - fax) + (eby - eay) * (fby - fay) < 0
  return toStart * toEnd <= 0 && side(fax, fay, fbx, fby, eax, eay) * side(fax, fay, fbx, fby, ebx, eby) <= 0
}

/** Twice the area of the triangle a, b, c: positive when c lies to the right of the way from a to b on screen. */
const side = (ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
