import type { Timetable } from '../../../shared/model/timetable.ts'
import { warmupSteps } from '../../../shared/model/timetable.ts'
import type { Schedule } from '../../../shared/model/train/schedules/table.ts'
import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { share, type Curve, type Span } from './curve.ts'
import { oneCycle } from './oneCycle.ts'
import { poly } from './poly.ts'
import { step } from './step.ts'

const curves: { readonly [T in Schedule['type']]: Curve<Extract<Schedule, { type: T }>> } = { poly, cosine, step, oneCycle, constant }

/**
 * The part of the rate that the warm-up lets through at `t` of `length` units: f + (1 - f) t / T with T = length - 1, so that the last unit
 * already has all of it (mmengine LinearLR; ConstantLR holds f until then). A warm-up of one unit is none, where mmengine would stay at f.
 */
export function warmupFactor(t: number, length: number, { type, factor }: Schedule['warmup']): number {
  const done = share(t, 0, length - 1)
  return type === 'linear' ? factor + (1 - factor) * done : done < 1 ? factor : 1
}

/**
 * The learning rate of update `at` (from 0): the schedule's curve times the warm-up. `by: 'epoch'` moves only from epoch to epoch, the warm-up
 * too when it is counted in epochs; with `by: 'step'` epochs are converted to steps (mmengine convert_to_iter_based). Poly, cosine and oneCycle
 * begin where the warm-up ends, rounded up to their unit; milestones count from the start. A group's rate is this times its multiplier.
 */
export function learningRate(schedule: Schedule, base: number, at: number, table: Pick<Timetable, 'stepsPerEpoch' | 'totalSteps'>): number {
  const { by, warmup } = schedule
  const epoch = Math.floor(at / table.stepsPerEpoch)
  const inUnits = (steps: number) => (by === 'step' ? steps : Math.ceil(steps / table.stepsPerEpoch))
  const warm = warmupSteps(schedule, table)
  const until = 'end' in schedule && schedule.end !== null ? schedule.end : inUnits(table.totalSteps)
  const main = curve(schedule, by === 'step' ? at : epoch, base, { begin: inUnits(warm), end: until })
  const epochs = by === 'epoch' && warmup.unit === 'epoch'
  return main * (epochs ? warmupFactor(epoch, warmup.length, warmup) : warmupFactor(at, warm, warmup))
}

function curve<T extends Schedule['type']>(schedule: Extract<Schedule, { type: T }>, t: number, base: number, span: Span): number {
  return (curves[schedule.type] as Curve<Extract<Schedule, { type: T }>>)(t, base, schedule, span)
}
