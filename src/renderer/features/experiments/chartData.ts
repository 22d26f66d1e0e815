import type { CurveName, DrawnCurve } from '../../../shared/model/curve.ts'
import { t, translateOr } from '../../i18n/i18n.ts'
import type { ChartLine } from '../../ui/chart.ts'
import { afterClicks, answerOf, keyOf, nameOf, wantedIou } from './curveNames.ts'
import { align, type ChartId } from './curves.ts'
import { isShare } from './runText.ts'

export interface ChartData {
  readonly lines: readonly ChartLine[]
  readonly x: readonly number[]
  readonly ys: readonly (readonly (number | null)[])[]
}

/** 'gpu1MemoryMb' -> 'GPU 1', 'NoC85' -> 'clicks to 85 % IoU'. */
export function metricName(name: string): string {
  const [wanted, clicks, answer] = [wantedIou(name), afterClicks(name), answerOf(name)]
  if (wanted !== null) return t('tuning.metrics.noc', { n: wanted })
  if (clicks !== null) return t('tuning.metrics.iou', {}, clicks)
  if (answer) return t(`tuning.metrics.answer.${answer.part}`, { n: answer.n })
  const gpu = /^gpu(\d+)MemoryMb$/.exec(name)
  return gpu ? t('curves.system.gpu', { n: gpu[1] }) : translateOr(`experiments.metrics.${name}`, name)
}

/** Of a chart whose first curve has this name. */
export function chartTitle(id: ChartId, name: string): string {
  if (id === 'other') return metricName(name)
  if (id === 'masks' || id === 'qualities' || id === 'answers' || id === 'overlap' || id === 'clicks') return t(`tuning.charts.${id}`)
  if (id === 'throughput' || id === 'shares' || id === 'memory') return t(`curves.system.${id}`)
  return id === 'lossPart' ? t('experiments.charts.lossPart', { name: name.slice('loss.'.length) }) : t(`experiments.charts.${id}`)
}

/** 'train/dataMs' -> 'train waiting for data'. */
export function curveLabel(key: string): string {
  const { split, name } = nameOf(key)
  return `${translateOr(`curves.splits.${split}`, split)} ${metricName(name)}`
}

/** Labels of the curves of one chart; the split is left out where all of them share it. */
function curveLabels(curves: readonly CurveName[]): string[] {
  const oneSplit = curves.every((curve) => curve.split === curves[0]!.split)
  return curves.map((curve) => (oneSplit ? metricName(curve.name) : curveLabel(keyOf(curve))))
}

const FEW = 64

/** Curves as lines of one chart. Dense curves are smoothed, with the raw values faint behind; sparse ones (validations) are marked by dots. Scores are drawn in percent, as they are written everywhere else. */
export function buildChart(curves: readonly DrawnCurve[]): ChartData {
  const labels = curveLabels(curves)
  const lines: ChartLine[] = []
  const drawn: { steps: readonly number[]; values: readonly number[] }[] = []
  curves.forEach((curve, i) => {
    const color = (i % 6) + 1
    const few = curve.points <= FEW
    const scale = isShare(curve.name) ? 100 : 1
    const add = ({ steps, values }: { steps: readonly number[]; values: readonly number[] }, line: Partial<ChartLine>): void => {
      lines.push({ label: labels[i]!, color, ...line })
      drawn.push({ steps, values: scale === 1 ? values : values.map((value) => value * scale) })
    }
    const smooth = few ? null : curve.smooth
    if (smooth) add(curve.raw, { faint: true })
    add(smooth ?? curve.raw, { dots: few })
  })
  return { lines, ...align(drawn) }
}
