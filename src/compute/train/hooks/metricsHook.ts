import { z } from 'zod'
import { level, type Hook, type StepFacts } from '../hook.ts'

/** The sum and its parts. */
type Losses = Readonly<Record<string, number>>
const savedSchema = z.object({ losses: z.array(z.record(z.string(), z.number())) })

/**
 * Stores the curves at multiples of `logEvery` and at the end: means of losses (each by itself where there are several) and times, the latest rate
 * and gradient norm; with a `startLoss`, that of a network that knows nothing, also the loss over it, which no way of averaging makes small. Stops and resumes leave no trace in the losses.
 */
export function metricsHook(logEvery: number, startLoss: number | null): Hook {
  // Not the facts whole: they hold the pictures of their step.
  let window: Pick<StepFacts, 'stepMs' | 'dataMs'>[] = []
  /** Of the steps since the last stored point, also those of an attempt before this one. */
  let losses: Losses[] = []
  const meanLoss = (name: string) => losses.reduce((sum, one) => sum + one[name]!, 0) / losses.length
  const mean = (pick: (times: (typeof window)[number]) => number) => window.reduce((sum, facts) => sum + pick(facts), 0) / window.length
  return {
    name: 'metrics',
    level: level.log,
    afterStep(state, voice, facts) {
      if (!facts) return
      window.push({ stepMs: facts.stepMs, dataMs: facts.dataMs })
      const parts = Object.keys(facts.losses).length < 2 ? [] : Object.entries(facts.losses)
      // The loss of a skipped step may be no number.
      if (!facts.skipped) losses.push({ loss: facts.loss, ...Object.fromEntries(parts.map(([name, value]) => [`loss.${name}`, value])) })
      if (state.step % logEvery !== 0 && state.step !== state.table.totalSteps) return
      voice.metrics([
        ...Object.keys(losses.at(-1) ?? {}).map((name) => ({ split: 'train', name, value: meanLoss(name) })),
        ...(startLoss === null || losses.length === 0
          ? []
          : [{ split: 'train', name: 'relativeLoss', value: meanLoss('loss') / startLoss }]),
        { split: 'train', name: 'lr', value: facts.lr },
        ...(facts.gradientNorm === null ? [] : [{ split: 'train', name: 'gradNorm', value: facts.gradientNorm }]),
        ...(facts.lossScale === null ? [] : [{ split: 'train', name: 'lossScale', value: facts.lossScale }]),
        { split: 'train', name: 'stepMs', value: mean((f) => f.stepMs) },
        { split: 'train', name: 'dataMs', value: mean((f) => f.dataMs) },
      ])
      window = []
      losses = []
    },
    save: () => ({ losses: [...losses] }),
    restore: (saved) => ({ losses } = savedSchema.parse(saved)),
  }
}
