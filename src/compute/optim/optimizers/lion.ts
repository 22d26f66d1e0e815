import type { Optimizer } from '../../../shared/model/train/optimizers/table.ts'
import { formula } from './formula.ts'

/** Lion (Chen et al. 2023, algorithm 2): c = b1 m + (1 - b1) g; p -= lr (sign(c) + wd p); m = b2 m + (1 - b2) g. */
export const lion = formula({
  states: ['momentum'],
  numbers: ['beta1', 'gain1', 'beta2', 'gain2'],
  valuesAt: ({ betas: [beta1, beta2] }: Extract<Optimizer, { type: 'lion' }>) => ({ beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2 }),
  next(a, { p, g, rate, decay, state, numbers: n }) {
    const towards = a.add(a.mul(state.momentum, n.beta1), a.mul(g, n.gain1))
    const momentum = a.add(a.mul(state.momentum, n.beta2), a.mul(g, n.gain2))
    return { p: a.sub(p, a.mul(a.add(a.sign(towards), a.mul(p, decay)), rate)), momentum }
  },
})
