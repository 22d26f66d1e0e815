import type { CurveName } from '../../../shared/model/curve.ts'
import { afterClicks, answerOf, compareKeys, isLoss, nameOf, wantedIou } from './curveNames.ts'

/** Lines on one axis: the union of their steps, null where a line has no point. */
export function align(lines: readonly { readonly steps: readonly number[]; readonly values: readonly number[] }[]): {
  x: number[]
  ys: (number | null)[][]
} {
  const x = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b)
  const place = new Map(x.map((step, i) => [step, i]))
  const ys = lines.map((line) => {
    const column: (number | null)[] = new Array<number | null>(x.length).fill(null)
    line.steps.forEach((step, i) => (column[place.get(step)!] = line.values[i]!))
    return column
  })
  return { x, ys }
}

export type ChartId =
  | 'loss'
  | 'lossPart'
  | 'masks'
  | 'qualities'
  | 'answers'
  | 'scores'
  | 'overlap'
  | 'clicks'
  | 'lr'
  | 'throughput'
  | 'shares'
  | 'time'
  | 'memory'
  | 'other'

const scoreNames = ['mIoU', 'mAcc', 'aAcc', 'mAP', 'gIoU', 'cIoU']

function kindOf({ split, name }: CurveName): ChartId {
  if (split === 'system')
    return name === 'imagesPerSecond' ? 'throughput' : name.endsWith('Share') ? 'shares' : name.endsWith('Mb') ? 'memory' : 'other'
  if (name === 'loss') return 'loss'
  const part = answerOf(name)?.part
  if (part) return part === 'mask' ? 'masks' : part === 'iouError' ? 'qualities' : 'answers'
  if (name.startsWith('loss.')) return 'lossPart'
  if (afterClicks(name) !== null) return 'overlap'
  if (wantedIou(name) !== null) return 'clicks'
  if (scoreNames.includes(name)) return 'scores'
  return name === 'lr' ? 'lr' : name.endsWith('Ms') ? 'time' : 'other'
}

/**
 * The charts of a run: what clicks reach, the total loss, each single loss by itself, scores of 0..1 (the one that decides first), the rate, what the
 * machine did, then each other curve on its own.
 */
export function chartGroups(keys: readonly string[]): { readonly id: ChartId; readonly keys: readonly string[] }[] {
  const sorted = [...keys].sort()
  const ofKind = (id: ChartId): string[] => sorted.filter((key) => kindOf(nameOf(key)) === id)
  const together = (id: ChartId, own = ofKind(id)) => (own.length > 0 ? [{ id, keys: own }] : [])
  const apart = (id: ChartId) => ofKind(id).map((key) => ({ id, keys: [key] }))
  const scores = ofKind('scores').sort(compareKeys)
  return [
    ...together('overlap'),
    ...together('clicks'),
    ...together('loss'),
    ...apart('lossPart'),
    ...together('masks'),
    ...together('qualities'),
    ...together('answers'),
    ...together('scores', scores),
    ...together('lr'),
    ...together('throughput'),
    ...together('shares'),
    ...together('time'),
    ...together('memory'),
    ...apart('other'),
  ]
}

/** Charts whose lines are smoothed, and may be drawn on a logarithmic axis. */
export const isLossChart = (keys: readonly string[]): boolean =>
  keys.every((key) => isLoss(nameOf(key).name) || answerOf(nameOf(key).name) !== null)
