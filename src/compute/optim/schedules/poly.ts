import type { Schedule } from '../../../shared/model/train/schedules/table.ts'
import { share, type Curve } from './curve.ts'

/** min + (base - min) (1 - (t - b) / T)^power with T = end - begin - 1: the minimum is reached in the last unit (mmengine PolyLR, closed form). */
export const poly: Curve<Extract<Schedule, { type: 'poly' }>> = (t, base, { power, minLr }, { begin, end }) =>
  end - begin <= 1 ? base : minLr + (base - minLr) * (1 - share(t, begin, end - begin - 1)) ** power
