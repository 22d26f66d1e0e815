import type { CurveAxis, DrawnCurve } from '../../../shared/model/curve.ts'
import { runTitle, type Run } from '../../../shared/model/run.ts'
import type { PaintedLine } from '../../ui/linePaint.ts'
import type { OverlayView } from './overlaidCurves.ts'
import { lineOf, readAt, type Line, type Reading } from './overlay.ts'
import { runLooks, type RunLook } from './runLook.ts'
import { isShare } from './runText.ts'

/** A run of the comparison with the lines that are drawn of it; scores are in percent here. */
export interface ComparedRun {
  readonly run: Run
  readonly title: string
  readonly look: RunLook
  readonly raw: Line
  readonly smooth: Line | null
}

/** Marked by dots up to here. */
const few = 64

export function comparedRuns(view: OverlayView, runs: readonly Run[]): ComparedRun[] {
  const scale = isShare(view.ask.curve.name) ? 100 : 1
  const known = runs.filter(({ id }) => view.curves.has(id))
  const looks = runLooks(known)
  return known.map((run, i) => ({ run, title: runTitle(run), look: looks[i]!, ...linesOf(view.curves.get(run.id)!, scale) }))
}

function linesOf(curve: DrawnCurve, scale: number): { raw: Line; smooth: Line | null } {
  const known = lineCache.get(curve)
  if (known) return known
  const made = {
    raw: lineOf(curve.raw, scale),
    // A handful of validations is read point by point.
    smooth: curve.smooth && curve.points > few ? lineOf(curve.smooth, scale) : null,
  }
  lineCache.set(curve, made)
  return made
}
const lineCache = new WeakMap<DrawnCurve, { raw: Line; smooth: Line | null }>()

/** The lines as they are drawn. */
export const paintedLines = (compared: readonly ComparedRun[], colors: readonly string[]): PaintedLine[] =>
  compared.map(({ run, look, raw, smooth }) => ({
    id: run.id,
    color: colors[look.color - 1]!,
    dash: look.dash,
    dots: raw.x.length <= few,
    main: pointsOf(smooth ?? raw),
    behind: smooth && pointsOf(raw),
  }))
const pointsOf = ({ x, values }: Line): PaintedLine['main'] => ({ x, values })

/** From the first point of all runs to the last. */
export function extentOf(compared: readonly ComparedRun[]): readonly [number, number] {
  const lines = compared.map(({ raw }) => raw.x).filter(({ length }) => length > 0)
  if (lines.length === 0) return [0, 1]
  const low = Math.min(...lines.map((x) => x[0]!))
  const high = Math.max(...lines.map((x) => x.at(-1)!))
  return high > low ? [low, high] : [low - 1, high + 1]
}

export interface RunReading {
  readonly run: ComparedRun
  readonly reading: Reading | null
}

/** Every run at `x` (null: at its end), the best first; those that say nothing there come last, by number. */
export function readings(compared: readonly ComparedRun[], x: number | null, lowerIsBetter: boolean): RunReading[] {
  return compared
    .map((run) => ({ run, reading: readAt(run, x) }))
    .sort((a, b) => {
      if (!a.reading || !b.reading) return a.reading ? -1 : b.reading ? 1 : b.run.run.number - a.run.run.number
      return (a.reading.value - b.reading.value) * (lowerIsBetter ? 1 : -1)
    })
}

/** The line that passes nearest to a height, in px; null where none is near. */
export function nearest(read: readonly RunReading[], top: number, topOf: (value: number) => number, within = 40): string | null {
  let found: string | null = null
  let least = within
  for (const { run, reading } of read) {
    if (!reading) continue
    const distance = Math.abs(topOf(reading.value) - top)
    if (distance < least) {
      least = distance
      found = run.run.id
    }
  }
  return found
}

/** Points of a line; all of them where there are few, else as many as a plot of this width can show. */
export const pointsFor = (width: number, runs: number): number =>
  Math.round(Math.min(2 * width, Math.max(600, 60_000 / Math.max(1, runs))) / 100) * 100

export const axes: readonly CurveAxis[] = ['step', 'epoch', 'time']
