import type { MetricPoint } from '../../../shared/model/run.ts'
import { all, type Database } from '../connection.ts'
import type { OperationInput } from '../store.ts'

interface PointRow {
  step: number
  attempt: number
  epoch: number
  value: number | null
  wall: number
}

export const metricSql = {
  series: 'SELECT id, split, name FROM series WHERE run_id = ? ORDER BY id',
  oneSeries: 'SELECT id FROM series WHERE run_id = ? AND split = ? AND name = ?',
  /** The live chain: a point is superseded when a later attempt started from an earlier step, or did this step again (its last checkpoint was damaged). */
  points: `SELECT step, attempt, epoch, value, wall FROM metric m WHERE m.series_id = @seriesId
    AND NOT EXISTS (SELECT 1 FROM run_attempt a WHERE a.run_id = @runId AND a.attempt > m.attempt AND a.from_step < m.step)
    AND NOT EXISTS (SELECT 1 FROM metric n WHERE n.series_id = m.series_id AND n.step = m.step AND n.attempt > m.attempt)
    ORDER BY m.step, m.attempt`,
  /** The same, a page at a time; the live chain has one point of a step. */
  pointsAfter: `SELECT step, attempt, epoch, value, wall FROM metric m WHERE m.series_id = @seriesId AND m.step > @after
    AND NOT EXISTS (SELECT 1 FROM run_attempt a WHERE a.run_id = @runId AND a.attempt > m.attempt AND a.from_step < m.step)
    AND NOT EXISTS (SELECT 1 FROM metric n WHERE n.series_id = m.series_id AND n.step = m.step AND n.attempt > m.attempt)
    ORDER BY m.step, m.attempt LIMIT @limit`,
} as const

/** At most `maxPoints` of a curve: first and last, and of each stretch between the lowest and the highest, in order. */
export function thin<Point extends { value: number }>(points: readonly Point[], maxPoints: number): Point[] {
  if (points.length <= maxPoints) return [...points]
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 2))
  const kept: Point[] = [points[0]!]
  const inner = points.length - 2
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * inner) / buckets)
    const to = 1 + Math.floor(((bucket + 1) * inner) / buckets)
    let low = from
    let high = from
    for (let i = from; i < to; i++) {
      if (points[i]!.value < points[low]!.value) low = i
      if (points[i]!.value > points[high]!.value) high = i
    }
    kept.push(points[Math.min(low, high)]!)
    if (low !== high) kept.push(points[Math.max(low, high)]!)
  }
  kept.push(points[points.length - 1]!)
  return kept
}

/** Values that are no finite number end a curve, they are not drawn. */
const finite = (row: PointRow): row is PointRow & { value: number } => row.value !== null && Number.isFinite(row.value)

export const metricReads = {
  'metrics.list': (db: Database, { runId, maxPoints }: OperationInput<'metrics.list'>): MetricPoint[] =>
    all<{ id: number; split: string; name: string }>(db, metricSql.series, [runId]).flatMap(({ id, split, name }) =>
      thin(all<PointRow>(db, metricSql.points, { seriesId: id, runId }).filter(finite), maxPoints).map((point) => ({
        ...point,
        split,
        name,
      })),
    ),
}
