import type { MetricPoint } from '../../../shared/model/run.ts'

/** One curve: steps ascending, one value each. */
export interface Curve {
  readonly split: string
  readonly name: string
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

export const curveKey = (point: { split: string; name: string }): string => `${point.split}/${point.name}`

/** Points in any order to curves; of two points at one step the later attempt counts. */
export function toCurves(points: readonly MetricPoint[]): Map<string, Curve> {
  const groups = new Map<string, Map<number, MetricPoint>>()
  for (const point of points) {
    const group = groups.get(curveKey(point)) ?? new Map<number, MetricPoint>()
    const known = group.get(point.step)
    if (!known || known.attempt <= point.attempt) group.set(point.step, point)
    groups.set(curveKey(point), group)
  }
  const curves = new Map<string, Curve>()
  for (const [key, group] of groups) {
    const sorted = [...group.values()].sort((a, b) => a.step - b.step)
    curves.set(key, {
      split: sorted[0]!.split,
      name: sorted[0]!.name,
      steps: sorted.map((point) => point.step),
      values: sorted.map((point) => point.value),
    })
  }
  return curves
}

/**
 * Exponential moving average without bias at the start (Adam, section 3): s = w s + (1 - w) v, divided by 1 - w^n. Weight 0 changes nothing;
 * a value that is not finite is passed through and does not spoil those after it.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values]
  let sum = 0
  let scale = 1
  return values.map((value) => {
    if (!Number.isFinite(value)) return value
    sum = weight * sum + (1 - weight) * value
    scale *= weight
    return sum / (1 - scale)
  })
}

/** Curves on one axis: the union of their steps, null where a curve has no point. */
export function align(curves: readonly { readonly steps: readonly number[]; readonly values: readonly number[] }[]): {
  x: number[]
  ys: (number | null)[][]
} {
  const x = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b)
  const place = new Map(x.map((step, i) => [step, i]))
  const ys = curves.map((curve) => {
    const column: (number | null)[] = new Array<number | null>(x.length).fill(null)
    curve.steps.forEach((step, i) => (column[place.get(step)!] = Number.isFinite(curve.values[i]!) ? curve.values[i]! : null))
    return column
  })
  return { x, ys }
}

export type ChartId = 'loss' | 'lossPart' | 'scores' | 'lr' | 'time' | 'other'

const scoreNames = ['mIoU', 'mAcc', 'aAcc', 'mAP', 'gIoU', 'cIoU']

/** The charts of a run: the total loss, each single loss by itself, scores of 0..1 (the one that decides first), the rate, times in ms, then each other curve on its own. */
export function chartGroups(keys: readonly string[]): { readonly id: ChartId; readonly keys: readonly string[] }[] {
  const nameOf = (key: string): string => key.slice(key.indexOf('/') + 1)
  const kindOf = (key: string): ChartId => {
    const name = nameOf(key)
    if (name === 'loss') return 'loss'
    if (name.startsWith('loss.')) return 'lossPart'
    if (scoreNames.includes(name)) return 'scores'
    return name === 'lr' ? 'lr' : name.endsWith('Ms') ? 'time' : 'other'
  }
  const sorted = [...keys].sort()
  const ofKind = (id: ChartId): string[] => sorted.filter((key) => kindOf(key) === id)
  const scores = ofKind('scores').sort((a, b) => scoreNames.indexOf(nameOf(a)) - scoreNames.indexOf(nameOf(b)))
  return [
    { id: 'loss', keys: ofKind('loss') },
    ...ofKind('lossPart').map((key) => ({ id: 'lossPart' as const, keys: [key] })),
    { id: 'scores', keys: scores },
    { id: 'lr', keys: ofKind('lr') },
    { id: 'time', keys: ofKind('time') },
    ...ofKind('other').map((key) => ({ id: 'other' as const, keys: [key] })),
  ]
}

/** All points of the curves as comma-separated text; a step that a curve lacks stays empty. */
export function curvesCsv(labels: readonly string[], curves: readonly Curve[]): string {
  const { x, ys } = align(curves)
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return (
    [['step', ...labels].map(quote).join(','), ...x.map((step, i) => [step, ...ys.map((column) => column[i] ?? '')].join(','))].join('\n') +
    '\n'
  )
}
