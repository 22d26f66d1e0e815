import { z } from 'zod'
import type { HookConfig } from '../../../shared/model/train/hooks/table.ts'
import { level, type Hook } from '../hook.ts'

type Config = Extract<HookConfig, { type: 'earlyStop' }>
const savedSchema = z.object({ best: z.number().nullable(), waited: z.int() })

/** Ends the run after `patience` validations in a row without a gain of more than `minDelta`. A validation without a value waits as well. */
export function earlyStopHook({ monitor, patience, minDelta }: Config): Hook {
  let best: number | null = null
  let waited = 0
  return {
    name: `early stop on ${monitor}`,
    // Before the checkpoint, which carries what was counted.
    level: level.belowNormal,
    afterStep(state, voice) {
      if (!state.scores) return
      const value = state.scores[monitor]
      if (value !== null && (best === null || value > best + minDelta)) {
        best = value
        waited = 0
      } else waited++
      if (waited < patience || state.step >= state.table.totalSteps) return
      const why = `${monitor} has not risen by more than ${minDelta} in ${waited} validations`
      voice.say(`early stop at step ${state.step}: ${why}`)
      state.ending = { kind: 'enough', why }
    },
    save: () => ({ best, waited }),
    restore: (saved) => ({ best, waited } = savedSchema.parse(saved)),
  }
}
