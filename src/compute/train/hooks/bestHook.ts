import { level, type Hook } from '../hook.ts'

/** Remembers the best value of the primary metric (greater is better, strictly) and marks its step. */
export function bestHook(metric: 'mIoU' | 'mAcc' | 'aAcc'): Hook {
  return {
    name: `best ${metric}`,
    level: level.best,
    afterStep(state, voice) {
      state.isBest = false
      const value = state.scores?.[metric] ?? null
      if (value === null) return
      state.isBest = !state.primary || state.primary.name !== metric || value > state.primary.best
      const best = state.isBest ? { best: value, bestStep: state.step } : { best: state.primary!.best, bestStep: state.primary!.bestStep }
      state.primary = { name: metric, ...best, last: value }
      voice.event({ type: 'primary', ...state.primary })
    },
  }
}
