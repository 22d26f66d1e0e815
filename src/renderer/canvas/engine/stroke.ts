import { boundsMeet } from '../../../shared/geometry/box.ts'
import { combineRows, rowRange, spanRules, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { rowsAt } from './pixels.ts'

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
  readonly guarded: readonly { readonly bounds: Bounds; readonly pixels: MaskSpans }[]
}

export const strokePixels = ({ columns }: Stroke): MaskSpans => ({ x: 0, columns })

/** Adds what the brush covered; answers with the extent in which pixels may have changed, null when there is none. */
export function extendStroke(stroke: Stroke, covered: MaskSpans): Bounds | null {
  const { top, bottom } = rowRange(covered.columns)
  if (top >= bottom) return null
  const dirty = { minX: covered.x, minY: top, maxX: covered.x + covered.columns.length, maxY: bottom }
  const guards = stroke.guarded.filter(({ bounds }) => boundsMeet(bounds, dirty))
  covered.columns.forEach((rows, i) => {
    const x = covered.x + i
    const free = guards.reduce((left, { pixels }) => combineRows(left, rowsAt(pixels, x), spanRules.subtract), rows)
    if (free.length > 0) stroke.columns[x] = combineRows(stroke.columns[x] ?? [], free, spanRules.union)
  })
  return dirty
}
