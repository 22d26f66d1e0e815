import type { Schedule } from '../../../shared/model/train/schedules/table.ts'
import { cosineBetween, share, type Curve } from './curve.ts'

/**
 * min + (base - min) (1 + cos(pi (t - b) / T)) / 2 with T = end - begin: the last unit is still one short of the minimum (mmengine
 * CosineAnnealingLR without T_max, which differs from PolyLR here).
 */
export const cosine: Curve<Extract<Schedule, { type: 'cosine' }>> = (t, base, { minLr }, { begin, end }) =>
  cosineBetween(base, minLr, share(Math.min(t, end - 1), begin, Math.max(1, end - begin)))
