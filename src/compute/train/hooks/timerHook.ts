import { level, type Hook } from '../hook.ts'

const smoothing = 0.05

/** Time left: a moving mean of the step time, plus the validations still to come. */
export function timerHook(validationSeconds: () => number): Hook {
  let mean = 0
  let seen = 0
  return {
    name: 'timer',
    level: level.normal,
    afterStep(state, _, facts) {
      if (!facts) return
      const seconds = (facts.dataMs + facts.stepMs) / 1000
      seen++
      // The first two steps of a session are slower: buffers are allocated.
      if (seen <= 2) mean = seconds
      else mean += Math.max(smoothing, 1 / (seen - 1)) * (seconds - mean)
      state.leftSeconds = (state.table.totalSteps - state.step) * mean + validationSeconds()
    },
  }
}
