import { CancelledError } from '../../../shared/errors.ts'
import type { SegmentationScores } from '../../../shared/metrics/confusion.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { classTableOf } from '../evaluate.ts'
import { level, type Hook, type LoopState } from '../hook.ts'
import { isValidationDue, validationsAfter } from '../../../shared/model/timetable.ts'

/** The name under which validation curves are stored, whatever the splits are called. */
const split = 'val'

export interface Validation {
  hook: Hook
  /** Seconds of validation still to come, from how long the last one took. */
  secondsLeft(): number
}

/** Validates when it is due and publishes the scores and the per-class table; a stop ends it without a result. */
export function createValidation(
  run: (onProgress: (done: number, total: number) => void) => Promise<SegmentationScores>,
  snapshot: Snapshot,
  state: LoopState,
): Validation {
  let lastSeconds = 0
  const { table, config } = state
  const due = (step: number) => isValidationDue(table, config.loop, step)
  const hook: Hook = {
    name: 'validation',
    level: level.validation,
    async afterStep(_, voice) {
      state.scores = null
      if (!due(state.step) || state.validatedStep === state.step || state.stopping) return
      voice.status('validating')
      const started = performance.now()
      try {
        state.scores = await run(() => voice.status('validating'))
      } catch (error) {
        if (error instanceof CancelledError) return
        throw error
      }
      lastSeconds = (performance.now() - started) / 1000
      state.validatedStep = state.step
      const { mIoU, mAcc, aAcc } = state.scores
      const values = Object.entries({ mIoU, mAcc, aAcc }).filter((entry): entry is [string, number] => entry[1] !== null)
      voice.metrics(values.map(([name, value]) => ({ split, name, value })))
      voice.event({ type: 'classTable', table: classTableOf(state.scores, snapshot.classes, state.step, split) })
      voice.say(
        `validation at step ${state.step}: ${values.map(([name, value]) => `${name} ${(value * 100).toFixed(2)}`).join('  ')}  (${lastSeconds.toFixed(1)} s)`,
      )
      voice.status('running')
    },
  }
  return {
    hook,
    secondsLeft: () => validationsAfter(table, config.loop, state.step) * lastSeconds,
  }
}
