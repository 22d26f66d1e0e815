import type { Schedule } from '../../../shared/model/train/schedules/table.ts'
import type { Curve } from './curve.ts'

/** The full rate throughout. */
export const constant: Curve<Extract<Schedule, { type: 'constant' }>> = (_, base) => base
