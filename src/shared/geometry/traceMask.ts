import type { ImagePoint, MaskShape, PolygonShape } from '../model/shape.ts'
import { rowRange, spansOfMask, type MaskSpans } from './maskSpans.ts'
import { signedArea, type PolygonPart } from './polygon.ts'

/**
 * The borders of a region as cracks between pixels. Corner 2i and 2i+1 are the upper and the lower end of a vertical crack; every corner also ends one
 * horizontal crack, whose other end is `across`. Where two pixels meet at a corner only there are two corners at that point, one for each pixel.
 */
interface Cracks {
  readonly xs: number[]
  readonly ys: number[]
  readonly across: number[]
  /** Of every vertical crack: is the pixel on its left inside? */
  readonly insideLeft: boolean[]
  /** Of every vertical crack: the run of inside pixels it bounds. */
  readonly run: number[]
}

/** Runs of inside pixels, joined where they touch along an edge (union-find). */
class Runs {
  readonly #parent: number[] = []

  add(): number {
    return this.#parent.push(this.#parent.length) - 1
  }

  join(a: number, b: number): void {
    this.#parent[this.find(a)] = this.find(b)
  }

  find(run: number): number {
    let root = run
    while (this.#parent[root] !== root) root = this.#parent[root] = this.#parent[this.#parent[root]!]!
    return root
  }
}

/** By row, from `top`: the corner whose horizontal crack has only its left end yet; -1: none. */
interface OpenRows {
  readonly top: number
  readonly corners: Int32Array
}

const nothing: readonly number[] = []

function findCracks({ x, columns }: MaskSpans, runs: Runs): Cracks {
  const cracks: Cracks = { xs: [], ys: [], across: [], insideLeft: [], run: [] }
  const { top, bottom } = rowRange(columns)
  const open: OpenRows = { top, corners: new Int32Array(Math.max(0, bottom - top + 1)).fill(-1) }
  let left = nothing
  let leftRuns = nothing
  for (let i = 0; i <= columns.length; i++) {
    const right = columns[i] ?? nothing
    const rightRuns = Array.from({ length: right.length / 2 }, () => runs.add())
    joinTouching(left, leftRuns, right, rightRuns, runs)
    addCracks(x + i, { rows: left, runs: leftRuns }, { rows: right, runs: rightRuns }, cracks, open)
    left = right
    leftRuns = rightRuns
  }
  return cracks
}

function joinTouching(a: readonly number[], aRuns: readonly number[], b: readonly number[], bRuns: readonly number[], runs: Runs): void {
  for (let i = 0, j = 0; i < aRuns.length && j < bRuns.length;) {
    const endA = a[2 * i + 1]!
    const endB = b[2 * j + 1]!
    if (a[2 * i]! < endB && b[2 * j]! < endA) runs.join(aRuns[i]!, bRuns[j]!)
    if (endA <= endB) i++
    if (endB <= endA) j++
  }
}

interface Column {
  readonly rows: readonly number[]
  readonly runs: readonly number[]
}
type Side = 'left' | 'right' | null

/** The cracks on the line between two columns, from the top. */
function addCracks(x: number, left: Column, right: Column, cracks: Cracks, open: OpenRows): void {
  let side: Side = null
  for (let i = 0, j = 0; i < left.rows.length || j < right.rows.length;) {
    const y = Math.min(left.rows[i] ?? Infinity, right.rows[j] ?? Infinity)
    if (left.rows[i] === y) i++
    if (right.rows[j] === y) j++
    const next: Side = i % 2 === j % 2 ? null : i % 2 === 1 ? 'left' : 'right'
    if (next === side) continue
    const end = side === null ? -1 : addCorner(cracks, x, y)
    const start = next === null ? -1 : addCorner(cracks, x, y)
    if (next !== null) {
      cracks.insideLeft.push(next === 'left')
      cracks.run.push(next === 'left' ? left.runs[(i - 1) / 2]! : right.runs[(j - 1) / 2]!)
    }
    // Two pixels that meet at this point only keep a corner each: whose pixel is on the left takes the horizontal crack that comes from there.
    for (const corner of side === 'left' ? [end, start] : [start, end]) if (corner >= 0) meet(cracks, corner, open)
    side = next
  }
}

function addCorner(cracks: Cracks, x: number, y: number): number {
  cracks.ys.push(y)
  cracks.across.push(-1)
  return cracks.xs.push(x) - 1
}

function meet({ ys, across }: Cracks, corner: number, { top, corners }: OpenRows): void {
  const row = ys[corner]! - top
  const other = corners[row]!
  corners[row] = other < 0 ? corner : -1
  if (other < 0) return
  across[corner] = other
  across[other] = corner
}

/** The other corner at the same point; -1 when there is none. */
function twinOf({ xs, ys }: Cracks, corner: number): number {
  const twin = corner % 2 === 1 ? corner + 1 : corner - 1
  return xs[twin] === xs[corner] && ys[twin] === ys[corner] ? twin : -1
}

/**
 * Walks the border that vertical crack `first` belongs to, with the inside on the right. Where it comes back to a point where it was before, what lies
 * between is a ring of its own: no ring touches itself.
 */
function walk(cracks: Cracks, first: number, place: Int32Array, emit: (ring: ImagePoint[]) => void): void {
  const { xs, ys, across, insideLeft } = cracks
  const stack: number[] = []
  const cut = (from: number): void => {
    const ring = stack.splice(from)
    for (const corner of ring) place[corner] = done
    emit(ring.map((corner): ImagePoint => [xs[corner]!, ys[corner]!]))
  }
  const visit = (corner: number): void => {
    const twin = twinOf(cracks, corner)
    if (twin >= 0 && place[twin]! >= 0) cut(place[twin]!)
    place[corner] = stack.push(corner) - 1
  }
  const start = insideLeft[first] ? 2 * first : 2 * first + 1
  for (let corner = start; ;) {
    visit(corner)
    visit(corner ^ 1)
    corner = across[corner ^ 1]!
    if (corner === start) break
  }
  cut(0)
}

const unseen = -1
const done = -2

/**
 * Mask -> polygon along the cracks between its pixels, without any loss: filled again by the rule of `eachPolygonRun` it gives the same pixels. One part
 * for each set of pixels joined along edges; outer rings turn clockwise on screen, holes the other way, vertices are pixel corners where the border turns.
 * Null for an empty mask.
 */
export const maskToPolygon = (mask: MaskShape): PolygonShape | null => spansToPolygon(spansOfMask(mask))

export function spansToPolygon(spans: MaskSpans): PolygonShape | null {
  const runs = new Runs()
  const cracks = findCracks(spans, runs)
  const place = new Int32Array(cracks.xs.length).fill(unseen)
  const parts = new Map<number, PolygonPart>()
  for (let crack = 0; crack < cracks.run.length; crack++) {
    if (place[2 * crack] !== unseen) continue
    const component = runs.find(cracks.run[crack]!)
    let part = parts.get(component)
    if (!part) parts.set(component, (part = { outer: [], holes: [] }))
    const { holes } = part
    walk(cracks, crack, place, (ring) => {
      if (signedArea(ring) > 0) parts.set(component, { outer: ring, holes })
      else holes.push(ring)
    })
  }
  return parts.size > 0 ? { kind: 'polygon', parts: [...parts.values()] } : null
}
