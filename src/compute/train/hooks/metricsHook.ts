import { level, type Hook, type StepFacts } from '../hook.ts'

/** Stores the curves: means of losses (each by itself where there are several) and times over `logEvery` steps, the latest rate and gradient norm. */
export function metricsHook(logEvery: number): Hook {
  let window: StepFacts[] = []
  const mean = (pick: (facts: StepFacts) => number) => window.reduce((sum, facts) => sum + pick(facts), 0) / window.length
  return {
    name: 'metrics',
    level: level.log,
    afterStep(state, voice, facts) {
      if (!facts) return
      window.push(facts)
      if (window.length < logEvery && !state.stopping && state.step !== state.table.totalSteps) return
      const parts = Object.keys(facts.losses)
      voice.metrics([
        { split: 'train', name: 'loss', value: window.length === 1 ? facts.loss : mean((f) => f.loss) },
        ...(parts.length < 2 ? [] : parts.map((name) => ({ split: 'train', name: `loss.${name}`, value: mean((f) => f.losses[name]!) }))),
        { split: 'train', name: 'lr', value: facts.lr },
        ...(facts.gradientNorm === null ? [] : [{ split: 'train', name: 'gradNorm', value: facts.gradientNorm }]),
        { split: 'train', name: 'stepMs', value: mean((f) => f.stepMs) },
        { split: 'train', name: 'dataMs', value: mean((f) => f.dataMs) },
      ])
      window = []
    },
  }
}
