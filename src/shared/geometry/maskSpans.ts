import type { MaskShape, PolygonShape } from '../model/shape.ts'
import { polygonRows } from './rasterize.ts'
import { eachColumnRun, encodeRuns } from './rle.ts'

/**
 * A region of whole pixels as its borders: `columns[i]` holds, for picture column x + i, the rows where it turns inside and outside by turns,
 * ascending. Takes memory by the length of the border, never by the area, so that it works for pictures of any size.
 */
export interface MaskSpans {
  readonly x: number
  readonly columns: readonly (readonly number[])[]
}

export const noSpans: MaskSpans = { x: 0, columns: [] }

export function spansOfMask(mask: MaskShape): MaskSpans {
  const columns = Array.from({ length: mask.w }, (): number[] => [])
  eachColumnRun(mask, (column, row, length) => {
    const rows = columns[column]!
    // A run that goes on in the next column comes in two pieces, but never two pieces of one column, unless a run of nothing lies between them.
    if (rows.at(-1) === mask.y + row) rows.pop()
    else rows.push(mask.y + row)
    rows.push(mask.y + row + length)
  })
  return { x: mask.x, columns }
}

/** The pixels of a polygon inside a picture of this size, by the rule of `eachPolygonRun`. */
export function spansOfPolygon(polygon: PolygonShape, width: number, height: number): MaskSpans {
  const rows = polygonRows(polygon, width, height)
  let left = width
  let right = 0
  for (const runs of rows.values()) {
    left = Math.min(left, runs[0]!)
    right = Math.max(right, runs.at(-1)!)
  }
  if (left >= right) return noSpans
  const columns = Array.from({ length: right - left }, (): number[] => [])
  let above: readonly number[] = []
  let last = -1
  const turn = (row: number, runs: readonly number[]): void => {
    const changes = combineRows(above, runs, (a, b) => a !== b)
    for (let i = 0; i < changes.length; i += 2) for (let x = changes[i]!; x < changes[i + 1]!; x++) columns[x - left]!.push(row)
    above = runs
  }
  for (const row of [...rows.keys()].sort((a, b) => a - b)) {
    if (row > last + 1) turn(last + 1, [])
    turn(row, rows.get(row)!)
    last = row
  }
  turn(last + 1, [])
  return { x: left, columns }
}

/** The mask cropped to its pixels; null when there are none. */
export function maskOfSpans({ x, columns }: MaskSpans): MaskShape | null {
  const first = columns.findIndex((rows) => rows.length > 0)
  if (first < 0) return null
  const end = columns.findLastIndex((rows) => rows.length > 0) + 1
  const { top, bottom } = rowRange(columns)
  const h = bottom - top
  const runs = new Int32Array(2 + columns.reduce((sum, rows) => sum + rows.length, 0))
  let count = 0
  // Position after the last run, counted down the columns.
  let at = 0
  for (let column = first; column < end; column++) {
    const rows = columns[column]!
    for (let i = 0; i < rows.length; i += 2) {
      const from = (column - first) * h + rows[i]! - top
      const length = rows[i + 1]! - rows[i]!
      if (from === at && count > 0) runs[count - 1]! += length
      else {
        runs[count++] = from - at
        runs[count++] = length
      }
      at = from + length
    }
  }
  const w = end - first
  if (at < w * h) runs[count++] = w * h - at
  return { kind: 'mask', x: x + first, y: top, w, h, rle: encodeRuns(runs.subarray(0, count)) }
}

/** The first row inside and the one below the last. */
export function rowRange(columns: MaskSpans['columns']): { readonly top: number; readonly bottom: number } {
  let top = Infinity
  let bottom = -Infinity
  for (const rows of columns) {
    if (rows.length === 0) continue
    if (rows[0]! < top) top = rows[0]!
    if (rows.at(-1)! > bottom) bottom = rows.at(-1)!
  }
  return { top, bottom }
}

/** Polygon -> mask cropped to its pixels; null when it covers no pixel centre of the picture. */
export const rasterizePolygon = (polygon: PolygonShape, width: number, height: number): MaskShape | null =>
  maskOfSpans(spansOfPolygon(polygon, width, height))

/** Whether a pixel belongs to the result, by whether it is in the one and in the other; `rule(false, false)` is never asked. */
export type SpanRule = (inA: boolean, inB: boolean) => boolean

export const spanRules = {
  union: (inA, inB) => inA || inB,
  intersect: (inA, inB) => inA && inB,
  subtract: (inA, inB) => inA && !inB,
} as const satisfies Record<string, SpanRule>

const nothing: readonly number[] = []

/** Pixel-exact boolean operation of two regions. */
export function combineSpans(a: MaskSpans, b: MaskSpans, rule: SpanRule): MaskSpans {
  if (a.columns.length === 0 || b.columns.length === 0) {
    const [kept, keeps] = a.columns.length > 0 ? [a, rule(true, false)] : [b, rule(false, true)]
    return keeps ? kept : noSpans
  }
  const x = Math.min(a.x, b.x)
  const end = Math.max(a.x + a.columns.length, b.x + b.columns.length)
  const [keepsA, keepsB] = [rule(true, false), rule(false, true)]
  const columns = Array.from({ length: end - x }, (_, i): readonly number[] => {
    const [rows, others] = [a.columns[x + i - a.x] ?? nothing, b.columns[x + i - b.x] ?? nothing]
    // Columns that stay as they are stay the same objects: who compares regions sees at once where nothing happened.
    if (others.length === 0) return keepsA ? rows : nothing
    if (rows.length === 0) return keepsB ? others : nothing
    return combineRows(rows, others, rule)
  })
  return { x, columns }
}

/** Two ascending lists of places that turn inside and outside by turns, combined into one. */
export function combineRows(a: readonly number[], b: readonly number[], rule: SpanRule): number[] {
  const out: number[] = []
  let inside = false
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    if (a[i] === at) i++
    if (b[j] === at) j++
    const inA = i % 2 === 1
    const inB = j % 2 === 1
    if ((inA || inB) && rule(inA, inB) !== inside) out.push(at)
    else if (!inA && !inB && inside) out.push(at)
    else continue
    inside = !inside
  }
  return out
}

/** Number of pixels inside. */
export function spansArea({ columns }: MaskSpans): number {
  let area = 0
  for (const rows of columns) for (let i = 0; i < rows.length; i += 2) area += rows[i + 1]! - rows[i]!
  return area
}
