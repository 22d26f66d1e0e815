import { combineSpans, noSpans, rowRange, spanRules, spansOfPolygon, type MaskSpans } from './maskSpans.ts'
import { netArea } from './polygon.ts'
import type { ImagePx, ImageSize } from './spaces.ts'
import { spansToPolygon } from './traceMask.ts'

const areaOf = (ring: Parameters<typeof netArea>[0]['parts'][number]['outer']): number =>
  netArea({ kind: 'polygon', parts: [{ outer: ring, holes: [] }] })

/** Fills what the region encloses, or of that only holes of at most so many pixels. A hole that is open to the outside over a corner only counts as enclosed. */
export function fillHoles(spans: MaskSpans, size: ImageSize, mostPx = Infinity): MaskSpans {
  const polygon = spansToPolygon(spans)
  if (!polygon) return noSpans
  const parts = polygon.parts.map((part) => ({ ...part, holes: part.holes.filter((hole) => areaOf(hole) > mostPx) }))
  return spansOfPolygon({ kind: 'polygon', parts }, size.width, size.height)
}

/** Removes sets of pixels joined along edges that have fewer pixels than this. */
export function removeIslands(spans: MaskSpans, size: ImageSize, fewerThanPx: number): MaskSpans {
  const polygon = spansToPolygon(spans)
  const parts = polygon?.parts.filter((part) => netArea({ kind: 'polygon', parts: [part] }) >= fewerThanPx) ?? []
  return parts.length > 0 ? spansOfPolygon({ kind: 'polygon', parts }, size.width, size.height) : noSpans
}

/** All pixels no further than so many pixels from the region, centre to centre, within the picture. */
export function growSpans({ x, columns }: MaskSpans, size: ImageSize, by: ImagePx): MaskSpans {
  if (columns.length === 0) return noSpans
  const reach = Array.from({ length: 2 * by + 1 }, (_, i) => Math.floor(Math.sqrt(by * by - (i - by) ** 2)))
  const first = Math.max(0, x - by)
  const end = Math.min(size.width, x + columns.length + by)
  const grown = Array.from({ length: Math.max(0, end - first) }, (_, i) => {
    const runs: [number, number][] = []
    reach.forEach((across, k) => {
      const rows = columns[first + i - x + k - by] ?? []
      for (let r = 0; r < rows.length; r += 2) runs.push([Math.max(0, rows[r]! - across), Math.min(size.height, rows[r + 1]! + across)])
    })
    return united(runs)
  })
  return { x: first, columns: grown }
}

function united(runs: [number, number][]): number[] {
  runs.sort((a, b) => a[0] - b[0])
  const rows: number[] = []
  for (const [from, to] of runs) {
    const end = rows.at(-1)
    if (end === undefined || from > end) rows.push(from, to)
    else if (to > end) rows[rows.length - 1] = to
  }
  return rows
}

/** Only pixels that are further than so many pixels from every pixel outside; the edge of the picture does not count as outside. */
export function shrinkSpans(spans: MaskSpans, size: ImageSize, by: ImagePx): MaskSpans {
  const { top, bottom } = rowRange(spans.columns)
  if (top >= bottom) return noSpans
  const from = Math.max(0, spans.x - by)
  const end = Math.min(size.width, spans.x + spans.columns.length + by)
  const rows = [Math.max(0, top - by), Math.min(size.height, bottom + by)]
  const around: MaskSpans = { x: from, columns: Array.from({ length: Math.max(0, end - from) }, () => rows) }
  const outside = combineSpans(around, spans, spanRules.subtract)
  return combineSpans(spans, growSpans(outside, size, by), spanRules.subtract)
}
