import type { Schedule } from '../../../shared/model/train/schedules/table.ts'
import { cosineBetween, share, type Curve } from './curve.ts'

/**
 * One cycle (Smith & Topin 2018) in the arithmetic of torch OneCycleLR: from peak / divFactor up to the peak `base` at unit pctStart * n - 1 of
 * n, then down to peak / divFactor / finalDivFactor in the last unit; with threePhase it comes back to the first rate in between.
 */
export const oneCycle: Curve<Extract<Schedule, { type: 'oneCycle' }>> = (t, base, schedule, { begin, end }) => {
  const units = end - begin
  const [first, last] = [base / schedule.divFactor, base / schedule.divFactor / schedule.finalDivFactor]
  const top = schedule.pctStart * units - 1
  const phases = schedule.threePhase
    ? [
        { end: top, from: first, to: base },
        { end: 2 * schedule.pctStart * units - 2, from: base, to: first },
        { end: units - 1, from: first, to: last },
      ]
    : [
        { end: top, from: first, to: base },
        { end: units - 1, from: base, to: last },
      ]
  const now = Math.min(Math.max(t - begin, 0), units - 1)
  const at = Math.max(
    0,
    phases.findIndex((phase) => now <= phase.end),
  )
  const { from, to, end: until } = phases[at]!
  const since = at === 0 ? 0 : phases[at - 1]!.end
  const done = share(now, since, until - since)
  return schedule.anneal === 'cosine' ? cosineBetween(from, to, done) : from + (to - from) * done
}
