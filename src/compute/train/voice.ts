import type { TrainEvent } from '../../shared/api/compute/contract.ts'
import type { LoopState, Voice } from './hook.ts'
import { epochAt } from '../../shared/model/timetable.ts'

const tickMs = 200

/** The loop's way to the log and to its listeners. A status that changes is logged; one that only moves on is told at most five times a second. */
export function createVoice(state: LoopState, device: string, emit: (event: TrainEvent, logged: boolean) => void): Voice {
  let told = -Infinity
  let last: string | null = null
  const tell = (status: LoopState['status']) => {
    const changed = status !== last
    if (!changed && performance.now() - told < tickMs) return
    told = performance.now()
    last = status
    const { step, table, leftSeconds } = state
    emit(
      {
        type: 'state',
        status,
        step,
        epoch: epochAt(table, step),
        totalSteps: table.totalSteps,
        totalEpochs: table.totalEpochs,
        device,
        leftSeconds,
      },
      changed,
    )
  }
  return {
    say: (line) => emit({ type: 'log', line }, true),
    event: (event) => emit(event, true),
    metrics(points) {
      const { step, attempt } = state
      const wall = Date.now()
      emit({ type: 'metrics', points: points.map((point) => ({ attempt, step, epoch: epochAt(state.table, step), wall, ...point })) }, true)
      tell(state.status)
    },
    status(status) {
      state.status = status
      tell(status)
    },
  }
}
