import { epochAt } from '../../../shared/model/timetable.ts'
import { level, type Hook } from '../hook.ts'

/** One line for people at most every `intervalMs`, and for the first and the last step. */
export function textHook(intervalMs = 2000): Hook {
  let last = -Infinity
  return {
    name: 'text log',
    level: level.log,
    afterStep(state, voice, facts) {
      const { step, table } = state
      if (facts?.skipped)
        voice.say(`step ${step}: gradients overflowed float16 under loss scale ${facts.lossScale}; skipped, the scale is halved`)
      const now = performance.now()
      if (!facts || (now - last < intervalMs && step !== table.totalSteps)) return
      last = now
      const seconds = ((facts.dataMs + facts.stepMs) / 1000).toFixed(2)
      const left = state.leftSeconds === null ? '' : `  left ${duration(state.leftSeconds)}`
      voice.say(
        `step ${step}/${table.totalSteps}  epoch ${epochAt(table, step).toFixed(2)}  loss ${facts.loss.toFixed(4)}  lr ${facts.lr.toExponential(2)}  ${seconds} s (data ${(facts.dataMs / 1000).toFixed(2)})${left}`,
      )
    },
  }
}

/** 3725 -> '1 h 02 min'. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`
}
