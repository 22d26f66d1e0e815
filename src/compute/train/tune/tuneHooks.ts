import { CancelledError } from '../../../shared/errors.ts'
import { isFewerBetter, type SamTuneConfig } from '../../../shared/model/samTune.ts'
import { isValidationDue, validationsAfter } from '../../../shared/model/timetable.ts'
import { level, type Hook, type LoopState, type Voice } from '../hook.ts'
import type { TuneSheets } from './tuneSheets.ts'

export interface TuneValidationHook {
  readonly hook: Hook
  /** Before the first step: what the model can do that is trained. */
  before(state: LoopState, voice: Voice): Promise<void>
  secondsLeft(): number
}

/** Validates when it is due; publishes scores, the sample sheet, and whether this is the best so far. A stop ends it without a result. */
export function tuneValidationHook(
  run: (onProgress: () => void) => Promise<Record<string, number>>,
  { config, sheets, state }: { config: SamTuneConfig; sheets: TuneSheets; state: LoopState },
): TuneValidationHook {
  const metric = config.checkpoint.best
  let lastSeconds = 0
  async function validate(voice: Voice): Promise<void> {
    const started = performance.now()
    voice.status('validating')
    const scores = await run(() => voice.status('validating'))
    lastSeconds = (performance.now() - started) / 1000
    state.validatedStep = state.step
    const values = Object.entries(scores)
    voice.metrics(values.map(([name, value]) => ({ split: 'val', name, value })))
    const told = values.map(([name, value]) => `${name} ${value.toFixed(3)}`).join('  ')
    voice.say(`validation at step ${state.step}: ${told}  (${lastSeconds.toFixed(1)} s)`)
    const sheet = await sheets.write(state.step, state.attempt)
    if (sheet) voice.event({ type: 'samples', sheet })
    const value = scores[metric]!
    const best = state.primary
    state.isBest = !best || best.name !== metric || (isFewerBetter(metric) ? value < best.best : value > best.best)
    const kept = state.isBest ? { best: value, bestStep: state.step } : { best: best!.best, bestStep: best!.bestStep }
    state.primary = { name: metric, ...kept, last: value }
    voice.event({ type: 'primary', ...state.primary })
  }
  const due = (step: number): boolean => isValidationDue(state.table, config.loop, step)
  return {
    before: (_, voice) => validate(voice),
    secondsLeft: () => validationsAfter(state.table, config.loop, state.step) * lastSeconds,
    hook: {
      name: 'validation',
      level: level.validation,
      async afterStep(_, voice) {
        state.isBest = false
        if (!due(state.step) || state.validatedStep === state.step || state.stopping) return
        try {
          await validate(voice)
        } catch (error) {
          if (!(error instanceof CancelledError)) throw error
        }
        voice.status('running')
      },
    },
  }
}
