import type { Schedule } from '../../../shared/model/train/schedules/table.ts'
import type { Curve } from './curve.ts'

/** base * gamma^(milestones at or before t); milestones count from the start of the run, warm-up or not (torch MultiStepLR). */
export const step: Curve<Extract<Schedule, { type: 'step' }>> = (t, base, { milestones, gamma }) =>
  base * gamma ** milestones.filter((milestone) => milestone <= t).length
