import type { Optimizer } from '../../../shared/model/train/optimizers/table.ts'
import { formula } from './formula.ts'

/**
 * Stochastic gradient descent as torch.optim.SGD: g += wd p; u = mu u + (1 - dampening) g, undamped in the first update; p -= lr u, with
 * Nesterov p -= lr (g + mu u).
 */
export const sgd = formula({
  states: ['momentum'],
  numbers: ['mu', 'gain'],
  valuesAt: ({ momentum, dampening }: Extract<Optimizer, { type: 'sgd' }>, update) => ({
    mu: momentum,
    gain: update === 1 || momentum === 0 ? 1 : 1 - dampening,
  }),
  next(a, { p, g: raw, rate, decay, state, numbers: { mu, gain } }, { nesterov }) {
    const g = a.add(raw, a.mul(p, decay))
    const momentum = a.add(a.mul(state.momentum, mu), a.mul(g, gain))
    const direction = nesterov ? a.add(g, a.mul(momentum, mu)) : momentum
    return { p: a.sub(p, a.mul(direction, rate)), momentum }
  },
})
