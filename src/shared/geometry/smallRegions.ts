import type { MaskShape } from '../model/shape.ts'
import { maskOfSpans, spansOfMask } from './maskSpans.ts'
import { maskArea } from './rle.ts'
import type { ImageSize, ImageVec, Unit01 } from './spaces.ts'

/** A vertical run of pixels, [from, to), and the set of pixels it belongs to. */
interface Run {
  readonly column: number
  readonly from: number
  readonly to: number
  set: number
}

/** Sets of pixels joined along edges or over corners, from the runs of each column. */
function setsOf(columns: readonly (readonly (readonly [from: number, to: number])[])[]): { runs: Run[]; areas: Map<number, number> } {
  const runs: Run[] = []
  const parent: number[] = []
  const find = (i: number): number => (parent[i] === i ? i : (parent[i] = find(parent[i]!)))
  let before: number[] = []
  columns.forEach((column, x) => {
    const here: number[] = []
    for (const [from, to] of column) {
      const i = runs.push({ column: x, from, to, set: 0 }) - 1
      parent.push(i)
      here.push(i)
      for (const k of before) if (runs[k]!.from <= to && from <= runs[k]!.to) parent[find(k)] = find(i)
    }
    before = here
  })
  const areas = new Map<number, number>()
  runs.forEach((run, i) => {
    run.set = find(i)
    areas.set(run.set, (areas.get(run.set) ?? 0) + run.to - run.from)
  })
  return { runs, areas }
}

/** The sets in which a place lies are as good as the largest. */
function spare(runs: readonly Run[], areas: Map<number, number>, left: number, places: readonly ImageVec[]): void {
  for (const { x, y } of places) {
    const [column, row] = [Math.floor(x) - left, Math.floor(y)]
    const run = runs.find((one) => one.column === column && one.from <= row && row < one.to)
    if (run) areas.set(run.set, Infinity)
  }
}

const pairsOf = (rows: readonly number[]): [number, number][] =>
  Array.from({ length: rows.length / 2 }, (_, i) => [rows[2 * i]!, rows[2 * i + 1]!])

/**
 * Fills what is missing in a mask in sets of fewer pixels than this, except where one of the places lies (segment-anything, remove_small_regions 'holes'); the
 * same mask where there is none.
 */
export function fillSmallHoles(
  mask: MaskShape,
  { width, height }: ImageSize,
  fewerThanPx: number,
  except: readonly ImageVec[] = [],
): MaskShape {
  const { x, columns } = spansOfMask(mask)
  const [top, bottom] = [mask.y, mask.y + mask.h]
  const missing = columns.map((rows) => {
    const turns = [top, ...rows, bottom]
    return pairsOf(turns).filter(([from, to]) => to > from)
  })
  const { runs, areas } = setsOf(missing)
  // What reaches the edge of the mask's window goes on outside, unless the picture ends there.
  for (const { column, from, to, set } of runs) {
    const open =
      (from === top && top > 0) ||
      (to === bottom && bottom < height) ||
      (column === 0 && x > 0) ||
      (column === columns.length - 1 && x + columns.length < width)
    if (open) areas.set(set, Infinity)
  }
  spare(runs, areas, x, except)
  const filled = runs.filter(({ set }) => areas.get(set)! < fewerThanPx)
  if (filled.length === 0) return mask
  const rows = columns.map((column) => pairsOf(column))
  for (const { column, from, to } of filled) rows[column]!.push([from, to])
  return maskOfSpans({ x, columns: rows.map(joined) }) ?? mask
}

/** Removes sets of fewer pixels than this, except where one of the places lies; the largest stays where all are smaller ('islands'). The same mask where there is none. */
export function removeSmallIslands(mask: MaskShape, fewerThanPx: number, except: readonly ImageVec[] = []): MaskShape {
  const { x, columns } = spansOfMask(mask)
  const { runs, areas } = setsOf(columns.map(pairsOf))
  spare(runs, areas, x, except)
  if ([...areas.values()].every((area) => area >= fewerThanPx)) return mask
  const largest = [...areas].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [-1, 0] as [number, number])[0]
  const all = [...areas.values()].every((area) => area < fewerThanPx)
  const kept = columns.map((): number[] => [])
  for (const { column, from, to, set } of runs) if (all ? set === largest : areas.get(set)! >= fewerThanPx) kept[column]!.push(from, to)
  return maskOfSpans({ x, columns: kept }) ?? mask
}

/**
 * Without parts and holes of less than this share of the mask, except parts with a click for the object and holes with one against it. What consists of nothing
 * but small parts is no object with specks: it stays whole.
 */
export function withoutSpecks(
  mask: MaskShape,
  size: ImageSize,
  share: Unit01,
  clicks: readonly (ImageVec & { readonly positive: boolean })[],
): MaskShape {
  const area = maskArea(mask)
  const fewerThanPx = share * area
  if (fewerThanPx <= 1) return mask
  const [wanted, unwanted] = [clicks.filter(({ positive }) => positive), clicks.filter(({ positive }) => !positive)]
  const parts = removeSmallIslands(mask, fewerThanPx, wanted)
  return fillSmallHoles(2 * maskArea(parts) < area ? mask : parts, size, fewerThanPx, unwanted)
}

/** Sets of at least so many pixels as masks of their own, the largest first. */
export function islandsOf(mask: MaskShape, leastPx: number): { mask: MaskShape; area: number }[] {
  const { x, columns } = spansOfMask(mask)
  const { runs, areas } = setsOf(columns.map(pairsOf))
  const islands = new Map<number, { first: number; columns: number[][] }>()
  for (const { column, from, to, set } of runs) {
    if (areas.get(set)! < leastPx) continue
    let island = islands.get(set)
    // Runs come column by column: the first one tells where an island begins.
    if (!island) islands.set(set, (island = { first: column, columns: [] }))
    while (island.columns.length <= column - island.first) island.columns.push([])
    island.columns[column - island.first]!.push(from, to)
  }
  return [...islands]
    .flatMap(([set, island]) => {
      const found = maskOfSpans({ x: x + island.first, columns: island.columns })
      return found ? [{ mask: found, area: areas.get(set)! }] : []
    })
    .sort((a, b) => b.area - a.area)
}

/** Runs of a column in order, those that touch as one. */
function joined(runs: [number, number][]): number[] {
  const rows: number[] = []
  for (const [from, to] of runs.sort((a, b) => a[0] - b[0])) {
    if (rows.at(-1) === from) rows[rows.length - 1] = to
    else rows.push(from, to)
  }
  return rows
}
