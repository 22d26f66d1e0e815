import { computed } from 'vue'
import type { CurveName } from '../../../shared/model/curve.ts'
import type { Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import { isText, isTexts, rememberedChoice } from '../../ui/remember.ts'
import { curveLabel } from './chartData.ts'
import { goodEnd, nameOf, primaryCurve } from './curveNames.ts'
import type { RunSummary } from './runSummaries.ts'
import { scoreText } from './runText.ts'

const fixed = ['number', 'name', 'status', 'dataset', 'primary', 'spark', 'progress', 'duration', 'device', 'started'] as const
export type FixedColumn = (typeof fixed)[number]
/** 'best val/mIoU', 'last train/loss'. */
export type MetricColumn = `${'best' | 'last'} ${string}`
export type Column = FixedColumn | MetricColumn

export const isMetricColumn = (column: string): column is MetricColumn => /^(best|last) ./.test(column)
export const curveKeyOf = (column: MetricColumn): string => column.slice(5)

/** Columns of a metric that make sense: the best one only where one end of the curve is good. */
export const columnsOf = (key: string): MetricColumn[] =>
  goodEnd(nameOf(key).name) === null ? [`last ${key}`] : [`best ${key}`, `last ${key}`]

/** What the table says of a run in a column of a metric; null where the run has no such curve. */
export function metricValue(of: RunSummary | null, column: MetricColumn): number | null {
  const key = curveKeyOf(column)
  const summary = of?.curves.get(key)
  if (!summary) return null
  if (column.startsWith('last')) return summary.last
  return goodEnd(nameOf(key).name) === 'min' ? summary.min : summary.max
}
export const metricText = (column: MetricColumn, value: number): string => scoreText(nameOf(curveKeyOf(column)).name, value)

export const columnLabel = (column: Column): string => {
  if (column === 'spark') return t('curves.table.course')
  if (!isMetricColumn(column)) return t(`experiments.columns.${column}`)
  const curve = curveLabel(curveKeyOf(column))
  return column.startsWith('best') ? t('curves.table.bestOf', { curve }) : t('curves.table.lastOf', { curve })
}

/** In px; the name takes what is left. */
const widths: Readonly<Record<FixedColumn, number>> = {
  number: 52,
  name: 220,
  status: 120,
  dataset: 120,
  primary: 116,
  spark: 112,
  progress: 150,
  duration: 92,
  device: 76,
  started: 148,
}
export const widthOf = (column: Column): number => (isMetricColumn(column) ? 128 : widths[column])

/** Which columns there are and whose course is drawn, as the user chose; remembered. */
export function useRunColumns() {
  const metrics = rememberedChoice<readonly string[]>('runs.metrics', [], isTexts)
  const spark = rememberedChoice('runs.spark', '', isText)
  const chosen = computed(() => metrics.value.value.filter(isMetricColumn))
  const columns = computed<readonly Column[]>(() => [...fixed.slice(0, 6), ...chosen.value, ...fixed.slice(6)])
  return {
    columns,
    chosen,
    choose: (next: readonly MetricColumn[]) => metrics.keep(next),
    /** '' for the metric of the best checkpoint. */
    spark: spark.value,
    keepSpark: spark.keep,
    sparkOf: (run: Run): CurveName | null => (spark.value.value === '' ? primaryCurve(run) : nameOf(spark.value.value)),
  }
}
export type RunColumns = ReturnType<typeof useRunColumns>
