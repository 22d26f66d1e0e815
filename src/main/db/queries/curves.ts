import { curveSummarySchema, type CurveName, type CurvePoint, type DrawnCurve, type RunCurves } from '../../../shared/model/curve.ts'
import { packedRun, summariesOf } from '../curves/curveShelf.ts'
import { partOf, thinLine } from '../curves/thinLine.ts'
import { all, one, type Database } from '../connection.ts'
import type { OperationInput } from '../store.ts'
import { metricSql } from './metrics.ts'

const isOne = (a: CurveName, b: CurveName): boolean => a.split === b.split && a.name === b.name

function drawn(db: Database, runId: string, { curves, rawPoints, ...options }: OperationInput<'curves.drawn'>): DrawnCurve[] {
  return packedRun(db, runId).series.flatMap((series): DrawnCurve[] => {
    if (series.length === 0 || (curves && !curves.some((wanted) => isOne(wanted, series)))) return []
    const { split, name } = series
    const part = partOf(series, options.axis, options.range)
    const raw = thinLine(series, part, { ...options, maxPoints: rawPoints ?? options.maxPoints, smoothing: 0 })
    const smooth = options.smoothing > 0 ? thinLine(series, part, options) : null
    return [{ runId, split, name, points: part.to - part.from, raw, smooth }]
  })
}

export const curveReads = {
  'curves.drawn': (db: Database, input: OperationInput<'curves.drawn'>): DrawnCurve[] =>
    input.runIds.flatMap((runId) => drawn(db, runId, input)),
  'curves.summaries': (db: Database, { runs }: OperationInput<'curves.summaries'>): RunCurves[] =>
    runs.map(({ runId, spark }) => {
      const curves = summariesOf(db, runId)
      return {
        runId,
        curves: curves.map((curve) => curveSummarySchema.parse(curve)),
        spark: [...((spark && curves.find((curve) => isOne(curve, spark))?.spark) ?? [])],
      }
    }),
  'curves.points': (db: Database, { runId, split, name, after, limit }: OperationInput<'curves.points'>): CurvePoint[] => {
    const series = one<{ id: number }>(db, metricSql.oneSeries, [runId, split, name])
    if (!series) return []
    const points = all<CurvePoint>(db, metricSql.pointsAfter, { seriesId: series.id, runId, after, limit })
    return points.map(({ value, ...point }) => ({ ...point, split, name, value: Number.isFinite(value) ? value : null }))
  },
}
