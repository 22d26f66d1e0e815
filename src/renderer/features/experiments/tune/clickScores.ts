import type { DrawnCurve } from '../../../../shared/model/curve.ts'
import type { Run } from '../../../../shared/model/run.ts'
import { goodEnd } from '../curveNames.ts'

export const clickScoreNames = ['NoC80', 'NoC85', 'NoC90', 'IoU@1', 'IoU@3', 'IoU@5'] as const
export type ClickScoreName = (typeof clickScoreNames)[number]

type Curves = ReadonlyMap<string, DrawnCurve>

/** A score of simulated clicks on the validation split, before the first step and after the training. */
export interface ClickScore {
  readonly name: ClickScoreName
  readonly before: number | null
  readonly after: number | null
  /** Greater than 0 where it became better, whichever end is the good one. */
  readonly gain: number | null
}

const valueAt = (curves: Curves, name: ClickScoreName, step: number | null): number | null => {
  const raw = curves.get(`val/${name}`)?.raw
  const at = step === null ? -1 : (raw?.steps.indexOf(step) ?? -1)
  return raw?.values[at] ?? null
}

/** The validation that speaks for a training: that of its best checkpoint, else its newest one; null where there was none after the first step. */
export function afterStep(curves: Curves, { primary }: Pick<Run, 'primary'>): number | null {
  const steps = curves.get('val/IoU@3')?.raw.steps.filter((step) => step > 0) ?? []
  return steps.find((step) => step === primary?.bestStep) ?? steps.at(-1) ?? null
}

export function clickScores(curves: Curves, after: number | null): ClickScore[] {
  return clickScoreNames.map((name) => {
    const [was, is] = [valueAt(curves, name, 0), valueAt(curves, name, after)]
    const gain = was === null || is === null ? null : (is - was) * (goodEnd(name) === 'min' ? -1 : 1)
    return { name, before: was, after: is, gain }
  })
}

export type Verdict = 'better' | 'worse' | 'same' | 'mixed'

/** Smaller differences are nothing a user would notice. */
const leastIou = 0.005
const leastClicks = 0.1

/** What the two scores that decide say together; null where one of them is missing. */
export function verdictOf(scores: readonly ClickScore[]): Verdict | null {
  const gainOf = (name: ClickScoreName): number | null => scores.find((score) => score.name === name)?.gain ?? null
  const [iou, clicks] = [gainOf('IoU@3'), gainOf('NoC85')]
  if (iou === null || clicks === null) return null
  const signs = [direction(iou, leastIou), direction(clicks, leastClicks)]
  if (signs.every((sign) => sign === 0)) return 'same'
  if (signs.every((sign) => sign >= 0)) return 'better'
  return signs.every((sign) => sign <= 0) ? 'worse' : 'mixed'
}
const direction = (gain: number, least: number): number => (Math.abs(gain) < least ? 0 : Math.sign(gain))
