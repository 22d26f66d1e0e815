import { boundsMeet } from '../../../shared/geometry/box.ts'
import { combineRows, rowRange, spanRules, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { overlap, rowsAt } from '../../../shared/geometry/pixels.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Area } from '../../../shared/painting/protection.ts'

/** A stroke under way: the pixels it has covered so far. Nothing of it is in the records. */
export interface Stroke {
  readonly erase: boolean
  /** The record that is painted into or erased from; null: a new mask. */
  readonly targetId: Id | null
  /** What it covers is all that is left of the target. */
  readonly replaces?: boolean
  /** Grows in place, a column replaced at a time. */
  readonly columns: (readonly number[])[]
  /** Regions that must not be painted over. */
  readonly guarded: readonly Area[]
  /** Locked void: whatever is painted there, it stays void. */
  readonly lockedVoid?: readonly Area[]
  /** It was painted over. */
  meetsLockedVoid?: boolean
}

export const strokePixels = ({ columns }: Stroke): MaskSpans => ({ x: 0, columns })

/** What a stroke covers now and did not before. */
export interface StrokeStep {
  readonly bounds: Bounds
  readonly pixels: MaskSpans
}

const nothing: readonly number[] = []

/** Adds what the brush covered; answers with what is new of it, null when nothing is. */
export function extendStroke(stroke: Stroke, covered: MaskSpans): StrokeStep | null {
  const range = rowRange(covered.columns)
  if (range.top >= range.bottom) return null
  const extent = { minX: covered.x, minY: range.top, maxX: covered.x + covered.columns.length, maxY: range.bottom }
  stroke.meetsLockedVoid ||= stroke.lockedVoid?.some((area) => boundsMeet(area.bounds, extent) && overlap(area.pixels, covered)) ?? false
  const guards = stroke.guarded.filter(({ bounds }) => boundsMeet(bounds, extent))
  const columns = covered.columns.map((rows, i) => {
    const x = covered.x + i
    const free = guards.reduce((left, { pixels }) => combineRows(left, rowsAt(pixels, x), spanRules.subtract), rows)
    const before = stroke.columns[x] ?? nothing
    const added = before.length === 0 ? free : combineRows(free, before, spanRules.subtract)
    if (added.length > 0) stroke.columns[x] = before.length === 0 ? added : combineRows(before, added, spanRules.union)
    return added
  })
  const first = columns.findIndex((rows) => rows.length > 0)
  if (first < 0) return null
  const end = columns.findLastIndex((rows) => rows.length > 0) + 1
  const { top, bottom } = rowRange(columns)
  const pixels = { x: covered.x + first, columns: columns.slice(first, end) }
  return { bounds: { minX: pixels.x, minY: top, maxX: covered.x + end, maxY: bottom }, pixels }
}
