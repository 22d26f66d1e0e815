import { t, translateOr } from '../../i18n/i18n.ts'
import type { ChartLine } from '../../ui/chart.ts'
import { align, curveKey, curvesCsv, smooth, type ChartId, type Curve } from './curves.ts'
import { isShare } from './runText.ts'

export interface ChartData {
  readonly lines: readonly ChartLine[]
  readonly x: readonly number[]
  readonly ys: readonly (readonly (number | null)[])[]
  readonly csv: () => string
}

export const metricName = (name: string): string => translateOr(`experiments.metrics.${name}`, name)

/** Of a chart whose first curve has this name. */
export function chartTitle(id: ChartId, name: string): string {
  if (id === 'other') return metricName(name)
  return id === 'lossPart' ? t('experiments.charts.lossPart', { name: name.slice('loss.'.length) }) : t(`experiments.charts.${id}`)
}

/** 'train/dataMs' -> 'train waiting for data'. */
export function curveLabel(key: string): string {
  const at = key.indexOf('/')
  const name = key.slice(at + 1)
  return `${key.slice(0, at)} ${metricName(name)}`
}

/** Labels of the curves of one chart; the split is left out where all of them share it. */
function curveLabels(curves: readonly Curve[]): string[] {
  const oneSplit = curves.every((curve) => curve.split === curves[0]!.split)
  return curves.map((curve) => (oneSplit ? metricName(curve.name) : curveLabel(curveKey(curve))))
}

const FEW = 64

/** Scores are drawn in percent, as they are written everywhere else. */
const shown = (curve: Curve): Curve => (isShare(curve.name) ? { ...curve, values: curve.values.map((value) => value * 100) } : curve)

/** Curves as lines of one chart. Dense curves are smoothed, with the raw values faint behind; sparse ones (validations) are marked by dots. */
export function buildChart(stored: readonly Curve[], smoothing: number, labels: readonly string[] = curveLabels(stored)): ChartData {
  const curves = stored.map(shown)
  const lines: ChartLine[] = []
  const drawn: { steps: readonly number[]; values: readonly number[] }[] = []
  curves.forEach((curve, i) => {
    const color = (i % 6) + 1
    const few = curve.steps.length <= FEW
    const isSmoothed = smoothing > 0 && !few
    if (isSmoothed) {
      lines.push({ label: labels[i]!, color, faint: true })
      drawn.push(curve)
    }
    lines.push({ label: labels[i]!, color, dots: few })
    drawn.push(isSmoothed ? { steps: curve.steps, values: smooth(curve.values, smoothing) } : curve)
  })
  return { lines, ...align(drawn), csv: () => curvesCsv(labels, stored) }
}
