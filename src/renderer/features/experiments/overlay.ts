import type { CurveLine } from '../../../shared/model/curve.ts'

/** Points of a curve, ascending in x. */
export interface Line {
  readonly x: Float64Array
  readonly steps: readonly number[]
  readonly values: Float64Array
}

export function lineOf({ steps, x, values }: CurveLine, scale = 1): Line {
  const scaled = new Float64Array(values)
  if (scale !== 1) for (let i = 0; i < scaled.length; i++) scaled[i] = scaled[i]! * scale
  return { x: new Float64Array(x ?? steps), steps, values: scaled }
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
