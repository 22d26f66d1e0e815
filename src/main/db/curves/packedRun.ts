import type { CurveSummary } from '../../../shared/model/curve.ts'
import { all, one, statement, type Database } from '../connection.ts'
import { metricSql } from '../queries/metrics.ts'

/** One curve of a run in columns; only the first `length` entries count. Values that are no finite number are left out: they end a curve, they are not drawn. */
export interface PackedSeries {
  readonly split: string
  readonly name: string
  length: number
  values: Float64Array
  steps: Uint32Array
  epochs: Float32Array
  /** Of training since the first point of the run, without the pauses between attempts. */
  seconds: Float32Array
}

/** All curves of a run, and how its time runs in the attempt that they were read in. */
export interface PackedRun {
  readonly attempt: number
  readonly series: PackedSeries[]
  /** Of each attempt: wall time of its first point, and the seconds of training before it. */
  readonly clock: Map<number, { firstWall: number; lastWall: number; base: number }>
}

export const bytesPerPoint = 20
export const bytesOf = (run: PackedRun): number => run.series.reduce((sum, { values }) => sum + values.length * bytesPerPoint, 0)

export const curveSql = {
  run: 'SELECT attempt, status, ended_at AS endedAt FROM run WHERE id = ?',
  newest: 'SELECT step, attempt FROM metric WHERE series_id = ? ORDER BY step DESC, attempt DESC LIMIT 1',
  /** A run that was never resumed has nothing superseded. */
  onlyAttempt: 'SELECT step, attempt, epoch, value, wall FROM metric WHERE series_id = ? ORDER BY step',
  more: 'SELECT step, attempt, epoch, value, wall FROM metric WHERE series_id = ? AND step > ? AND attempt = ? ORDER BY step',
} as const

type Row = [step: number, attempt: number, epoch: number, value: number | null, wall: number]
type NamedSeries = { id: number; split: string; name: string }

export const seriesOf = (db: Database, runId: string): NamedSeries[] => all(db, metricSql.series, [runId])

/** Every live point of a run, from the database. */
export function readRun(db: Database, runId: string, attempt: number): PackedRun {
  const attempts = all<{ n: number }>(db, 'SELECT count(*) AS n FROM run_attempt WHERE run_id = ?', [runId])[0]!.n
  const read = seriesOf(db, runId).map((series) => ({
    series,
    rows: (attempts > 1
      ? rows(db, metricSql.points, [{ seriesId: series.id, runId }])
      : rows(db, curveSql.onlyAttempt, [series.id])
    ).filter(isFinite),
  }))
  const run: PackedRun = { attempt, series: [], clock: clockOf(read.map((each) => each.rows)) }
  for (const { series, rows: points } of read) run.series.push(append(emptySeries(series, points.length), points, run))
  return run
}

/** Adds what a run that goes on has said since. */
export function extendRun(db: Database, runId: string, run: PackedRun): void {
  for (const named of seriesOf(db, runId)) {
    let series = run.series.find(({ split, name }) => split === named.split && name === named.name)
    const last = series && series.length > 0 ? series.steps[series.length - 1]! : -1
    const points = rows(db, curveSql.more, [named.id, last, run.attempt]).filter(isFinite)
    if (!series) run.series.push((series = emptySeries(named, points.length)))
    if (points.length === 0) continue
    const before = run.clock.get(run.attempt)
    if (before) before.lastWall = Math.max(before.lastWall, points.at(-1)![4])
    else run.clock.set(run.attempt, { firstWall: points[0]![4], lastWall: points.at(-1)![4], base: spent(run) })
    append(series, points, run)
  }
}

/** Seconds of training in all attempts so far. */
const spent = (run: PackedRun): number =>
  Math.max(0, ...[...run.clock.values()].map((each) => each.base + (each.lastWall - each.firstWall) / 1000))

const rows = (db: Database, sql: string, params: readonly unknown[]): Row[] => statement(db, sql, 'raw').all(...params) as Row[]
const isFinite = (row: Row): boolean => row[3] !== null && Number.isFinite(row[3])

/** An attempt counts from its first point; what the one before it had spent until its last live point lies before. */
function clockOf(curves: readonly (readonly Row[])[]): PackedRun['clock'] {
  const walls = new Map<number, { firstWall: number; lastWall: number; base: number }>()
  for (const curve of curves)
    for (let i = 0; i < curve.length; i++) {
      const row = curve[i]!
      const wall = row[4]
      const known = walls.get(row[1])
      if (!known) walls.set(row[1], { firstWall: wall, lastWall: wall, base: 0 })
      else if (wall < known.firstWall) known.firstWall = wall
      else if (wall > known.lastWall) known.lastWall = wall
    }
  let base = 0
  for (const [, clock] of [...walls].sort(([a], [b]) => a - b)) {
    clock.base = base
    base += (clock.lastWall - clock.firstWall) / 1000
  }
  return walls
}

function emptySeries({ split, name }: NamedSeries, capacity: number): PackedSeries {
  return {
    split,
    name,
    length: 0,
    values: new Float64Array(capacity),
    steps: new Uint32Array(capacity),
    epochs: new Float32Array(capacity),
    seconds: new Float32Array(capacity),
  }
}

function append(series: PackedSeries, points: readonly Row[], { clock }: PackedRun): PackedSeries {
  const { length } = series
  reserve(series, length + points.length)
  const { steps, epochs, values, seconds } = series
  let now = clock.get(points[0]?.[1] ?? 0)!
  let attempt = points[0]?.[1]
  // A loop over indices: runs have a hundred thousand points.
  for (let i = 0; i < points.length; i++) {
    const row = points[i]!
    const at = length + i
    if (row[1] !== attempt) now = clock.get((attempt = row[1]))!
    steps[at] = row[0]
    epochs[at] = row[2]
    values[at] = row[3]!
    // A clock that was set back does not turn a curve around.
    seconds[at] = Math.max(at > 0 ? seconds[at - 1]! : 0, now.base + (row[4] - now.firstWall) / 1000)
  }
  series.length += points.length
  return series
}

function reserve(series: PackedSeries, length: number): void {
  if (series.values.length >= length) return
  const capacity = Math.max(length, series.values.length * 2)
  const grown = <T extends Float64Array | Float32Array | Uint32Array>(to: T, from: T): T => {
    to.set(from)
    return to
  }
  series.values = grown(new Float64Array(capacity), series.values)
  series.steps = grown(new Uint32Array(capacity), series.steps)
  series.epochs = grown(new Float32Array(capacity), series.epochs)
  series.seconds = grown(new Float32Array(capacity), series.seconds)
}

export interface SeriesSummary extends CurveSummary {
  readonly spark: readonly number[]
}

const sparkPoints = 40

/** Null for a curve without a point. */
export function summarise({ split, name, length, values, steps }: PackedSeries): SeriesSummary | null {
  if (length === 0) return null
  let least = 0
  let most = 0
  for (let i = 1; i < length; i++) {
    if (values[i]! < values[least]!) least = i
    if (values[i]! > values[most]!) most = i
  }
  const columns = Math.min(sparkPoints, length)
  const spark = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * length) / columns)
    const to = Math.floor(((column + 1) * length) / columns)
    return Number((values.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from)).toPrecision(4))
  })
  return {
    split,
    name,
    points: length,
    last: values[length - 1]!,
    lastStep: steps[length - 1]!,
    min: values[least]!,
    minStep: steps[least]!,
    max: values[most]!,
    maxStep: steps[most]!,
    spark,
  }
}

export interface RunState {
  readonly attempt: number
  readonly status: string
  readonly endedAt: number | null
}
export const stateOf = (db: Database, runId: string): RunState | undefined => one<RunState>(db, curveSql.run, [runId])
