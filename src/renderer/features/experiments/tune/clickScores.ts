import type { DrawnCurve } from '../../../../shared/model/curve.ts'
import type { Run } from '../../../../shared/model/run.ts'
import { isFewerBetter, samScoreNames, type SamScoreName } from '../../../../shared/model/samTune.ts'

type Curves = ReadonlyMap<string, DrawnCurve>

/** A score of simulated clicks on the validation split, before the first step and after the training. */
interface ClickScore {
  readonly name: SamScoreName
  readonly before: number | null
  readonly after: number | null
  /** Greater than 0 where it became better, whichever end is the good one. */
  readonly gain: number | null
}

const valueAt = (curves: Curves, name: SamScoreName, step: number | null): number | null => {
  const raw = curves.get(`val/${name}`)?.raw
  const at = step === null ? -1 : (raw?.steps.indexOf(step) ?? -1)
  return raw?.values[at] ?? null
}

/** The validation that speaks for a training: that of its best checkpoint, else its newest one; null where there was none after the first step. */
export function afterStep(curves: Curves, { primary }: Pick<Run, 'primary'>): number | null {
  const steps = curves.get('val/IoU@3')?.raw.steps.filter((step) => step > 0) ?? []
  return steps.find((step) => step === primary?.bestStep) ?? steps.at(-1) ?? null
}

/** How much better the second is; null where one of them is not known. */
export const gainOver = (name: SamScoreName, before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : (after - before) * (isFewerBetter(name) ? -1 : 1)

export function clickScores(curves: Curves, after: number | null): ClickScore[] {
  return samScoreNames.map((name) => {
    const [was, is] = [valueAt(curves, name, 0), valueAt(curves, name, after)]
    return { name, before: was, after: is, gain: gainOver(name, was, is) }
  })
}

export type Verdict = 'better' | 'worse' | 'same' | 'mixed'

/** Smaller differences are nothing a user would notice. */
const leastIou = 0.005
const leastClicks = 0.1

/** What the two scores that decide say together; null where one of them is missing. */
export function verdictOf(scores: readonly ClickScore[]): Verdict | null {
  const gainOf = (name: SamScoreName): number | null => scores.find((score) => score.name === name)?.gain ?? null
  const [iou, clicks] = [gainOf('IoU@3'), gainOf('NoC85')]
  if (iou === null || clicks === null) return null
  const signs = [direction(iou, leastIou), direction(clicks, leastClicks)]
  if (signs.every((sign) => sign === 0)) return 'same'
  if (signs.every((sign) => sign >= 0)) return 'better'
  return signs.every((sign) => sign <= 0) ? 'worse' : 'mixed'
}
const direction = (gain: number, least: number): number => (Math.abs(gain) < least ? 0 : Math.sign(gain))
