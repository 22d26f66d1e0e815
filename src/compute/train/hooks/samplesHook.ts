import type { HookConfig } from '../../../shared/model/train/hooks/table.ts'
import { level, type Hook } from '../hook.ts'
import type { SampleSheets } from '../samples.ts'

type Config = Extract<HookConfig, { type: 'samples' }>

/** Writes the sheet of every validation that just ended; the validation hands its pictures to `sheets`. */
export function samplesHook({ count, keep }: Config, sheets: SampleSheets): Hook {
  return {
    name: `samples of ${count} pictures`,
    level: level.belowNormal,
    async afterStep(state, voice) {
      if (!state.scores) return
      const sheet = await sheets.write(state.step, state.attempt, keep)
      if (sheet) voice.event({ type: 'samples', sheet })
    },
  }
}
