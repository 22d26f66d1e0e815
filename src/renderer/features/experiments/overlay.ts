import type { CurveLine } from '../../../shared/model/curve.ts'

/** Points of a curve, ascending in x. */
export interface Line {
  readonly x: readonly number[]
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

export const lineOf = ({ steps, x, values }: CurveLine, scale = 1): Line => ({
  x: x ?? steps,
  steps,
  values: scale === 1 ? values : values.map((value) => value * scale),
})

/** Above so many places of x the lines are put on a grid of columns. */
export const maxPlaces = 3_000

/**
 * Lines on one axis, null where a line has no point: at their own places while those are few, else in columns of equal width, of which each line
 * keeps its lowest and its highest point in their order.
 */
export function overlay(lines: readonly Line[], columns: number): { x: number[]; ys: (number | null)[][] } {
  const places = new Set<number>()
  for (const { x } of lines) {
    for (const at of x) places.add(at)
    if (places.size > maxPlaces) return onGrid(lines, columns)
  }
  const x = [...places].sort((a, b) => a - b)
  const place = new Map(x.map((at, i) => [at, i]))
  const ys = lines.map((line) => {
    const column = new Array<number | null>(x.length).fill(null)
    line.x.forEach((at, i) => (column[place.get(at)!] = line.values[i]!))
    return column
  })
  return { x, ys }
}

function onGrid(lines: readonly Line[], columns: number): { x: number[]; ys: (number | null)[][] } {
  const low = Math.min(...lines.map(({ x }) => x[0] ?? Infinity))
  const high = Math.max(...lines.map(({ x }) => x.at(-1) ?? -Infinity))
  const width = (high - low) / columns
  // Two places in each column; the first and the last are the ends themselves.
  const x = Array.from({ length: 2 * columns }, (_, i) => low + (i + 0.5) * (width / 2))
  x[0] = low
  x[x.length - 1] = high
  const ys = lines.map((line) => {
    const cells = new Array<number | null>(x.length).fill(null)
    let column = -1
    let [least, most] = [0, 0]
    const keep = (): void => {
      if (column < 0) return
      cells[2 * column] = line.values[Math.min(least, most)]!
      if (least !== most) cells[2 * column + 1] = line.values[Math.max(least, most)]!
    }
    for (let i = 0; i < line.x.length; i++) {
      const now = Math.min(columns - 1, Math.floor((line.x[i]! - low) / width))
      if (now !== column) {
        keep()
        column = now
        least = most = i
      } else {
        if (line.values[i]! < line.values[least]!) least = i
        if (line.values[i]! > line.values[most]!) most = i
      }
    }
    keep()
    return cells
  })
  return { x, ys }
}

/** Index of the last point at or before `x`; null before the first and where the line ended long ago. */
export function indexAt(line: Line, x: number): number | null {
  let [low, high] = [0, line.x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (line.x[middle]! <= x) low = middle + 1
    else high = middle
  }
  if (low > 0) return low - 1
  return null
}

export interface Reading {
  readonly step: number
  readonly x: number
  readonly value: number
  /** Of the stored point near it; null where the line is not smoothed. */
  readonly raw: number | null
}

/** What the lines of one run say at `x`; with x null, at their end. A run that ended before `x` says nothing there. */
export function readAt(lines: { readonly raw: Line; readonly smooth: Line | null }, x: number | null): Reading | null {
  const main = lines.smooth ?? lines.raw
  const end = main.x.length - 1
  if (end < 0 || (x !== null && x > main.x[end]!)) return null
  const at = x === null ? end : indexAt(main, x)
  if (at === null) return null
  const rawAt = lines.smooth ? indexAt(lines.raw, main.x[at]!) : null
  return { step: main.steps[at]!, x: main.x[at]!, value: main.values[at]!, raw: rawAt === null ? null : lines.raw.values[rawAt]! }
}
