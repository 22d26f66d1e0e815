import type { CurveAxis, CurveLine } from '../../../shared/model/curve.ts'
import type { PackedSeries } from './packedRun.ts'

/** Below this share the start of a moving average is not to be told from rounding. */
const forgotten = 1e-14

export interface LineOptions {
  readonly axis: CurveAxis
  /** Part of the axis that is wanted; null for all of it. */
  readonly range: readonly [number, number] | null
  readonly maxPoints: number
  /** Weight of the moving average, 0 for the values themselves. */
  readonly smoothing: number
}

interface Part {
  /** Points that are drawn: those in the range and one to either side, so that lines reach its edges. */
  readonly from: number
  readonly to: number
  readonly low: number
  readonly high: number
}

export const axisOf = (series: PackedSeries, axis: CurveAxis): ArrayLike<number> =>
  axis === 'step' ? series.steps : axis === 'epoch' ? series.epochs : series.seconds

/** The first index whose x is not below `x`. */
function lowerBound(xs: ArrayLike<number>, length: number, x: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Where a range lies in a series. */
export function partOf(series: PackedSeries, axis: CurveAxis, range: LineOptions['range']): Part {
  const xs = axisOf(series, axis)
  const { length } = series
  if (!range) return { from: 0, to: length, low: xs[0] ?? 0, high: xs[length - 1] ?? 0 }
  const first = lowerBound(xs, length, range[0])
  let last = lowerBound(xs, length, range[1])
  while (last < length && xs[last]! <= range[1]) last++
  return { from: Math.max(0, first - 1), to: Math.min(length, last + 1), low: range[0], high: range[1] }
}

/**
 * At most `maxPoints` of a series: its ends, and of each column of the axis the lowest and the highest point in their order. With smoothing, of its
 * exponential moving average without bias at the start (Adam, section 3), taken over every stored point: s = w s + (1 - w) v, divided by 1 - w^n.
 */
export function thinLine(series: PackedSeries, part: Part, { axis, maxPoints, smoothing }: LineOptions): CurveLine {
  const { from, to } = part
  const picked =
    smoothing > 0 ? smoothPoints(series, part, axis, maxPoints, smoothing) : pick(series.values, part, axisOf(series, axis), maxPoints)
  const { indices, values } = picked
  const xs = axisOf(series, axis)
  const digits = axis === 'time' ? 1e3 : 1e4
  return {
    steps: indices.map((i) => series.steps[i]!),
    x: axis === 'step' || to <= from ? null : indices.map((i) => Math.round(xs[i]! * digits) / digits),
    values,
  }
}

interface Picked {
  readonly indices: number[]
  readonly values: number[]
}

/** Indices of `values` that are kept; `values` may begin at `offset` of the series. */
function pick(values: ArrayLike<number>, { from, to, low, high }: Part, xs: ArrayLike<number>, maxPoints: number, offset = 0): Picked {
  const indices: number[] = []
  if (to - from <= maxPoints) for (let i = from; i < to; i++) indices.push(i)
  else {
    const columns = Math.max(1, Math.floor((maxPoints - 2) / 2))
    const scale = high > low ? columns / (high - low) : 0
    const columnOf = (i: number) => Math.min(columns - 1, Math.max(0, Math.floor((xs[i]! - low) * scale)))
    indices.push(from)
    let least = from + 1
    let most = from + 1
    let column = columnOf(from + 1)
    const keep = () => {
      indices.push(Math.min(least, most))
      if (least !== most) indices.push(Math.max(least, most))
    }
    for (let i = from + 2; i < to - 1; i++) {
      const now = columnOf(i)
      if (now !== column) {
        keep()
        column = now
        least = most = i
        continue
      }
      const value = values[i - offset]!
      if (value < values[least - offset]!) least = i
      if (value > values[most - offset]!) most = i
    }
    keep()
    indices.push(to - 1)
  }
  return { indices, values: indices.map((i) => values[i - offset]!) }
}

function smoothPoints(series: PackedSeries, part: Part, axis: CurveAxis, maxPoints: number, weight: number): Picked {
  const { from, to } = part
  // What lies further back than this has no weight left.
  const begin = Math.max(0, from - Math.ceil(Math.log(forgotten) / Math.log(weight)))
  const { values } = series
  const smoothed = scratch(to - from)
  let sum = 0
  let scale = 1
  let i = begin
  for (; i < to && scale > forgotten; i++) {
    sum = weight * sum + (1 - weight) * values[i]!
    scale *= weight
    if (i >= from) smoothed[i - from] = sum / (1 - scale)
  }
  // From here on the divisor is 1, and a scale that went on shrinking would be slow to compute with.
  for (; i < to; i++) {
    sum = weight * sum + (1 - weight) * values[i]!
    if (i >= from) smoothed[i - from] = sum
  }
  const { indices, values: kept } = pick(smoothed, part, axisOf(series, axis), maxPoints, from)
  return { indices, values: kept.map((value) => Number(value.toPrecision(7))) }
}

let buffer = new Float64Array(0)
/** One array for all smoothing of this thread; its content is gone with the next call. */
function scratch(length: number): Float64Array {
  if (buffer.length < length) buffer = new Float64Array(length * 2)
  return buffer
}
