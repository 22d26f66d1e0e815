import type { Optimizer } from '../../../shared/model/train/optimizers/table.ts'
import type { Arithmetic } from '../program.ts'
import { formula, type Element } from './formula.ts'

type Options = Pick<Extract<Optimizer, { type: 'adam' | 'adamw' }>, 'betas' | 'eps'>
const states = ['firstMoment', 'secondMoment'] as const
const numbers = ['beta1', 'gain1', 'beta2', 'gain2', 'eps', 'correction', 'rootCorrection'] as const
type Moments<T> = Element<T, (typeof states)[number], (typeof numbers)[number]>

/** correction = 1 / (1 - b1^t), rootCorrection = 1 / sqrt(1 - b2^t). */
function valuesAt({ betas: [beta1, beta2], eps }: Options, t: number): Record<(typeof numbers)[number], number> {
  const bias = { correction: 1 / (1 - beta1 ** t), rootCorrection: 1 / Math.sqrt(1 - beta2 ** t) }
  return { beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2, eps, ...bias }
}

/** m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; step = lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps). */
function moments<T>(a: Arithmetic<T>, { g, rate, state, numbers: n }: Moments<T>): { firstMoment: T; secondMoment: T; step: T } {
  const firstMoment = a.add(a.mul(state.firstMoment, n.beta1), a.mul(g, n.gain1))
  const secondMoment = a.add(a.mul(state.secondMoment, n.beta2), a.mul(a.mul(g, g), n.gain2))
  const root = a.add(a.mul(a.sqrt(secondMoment), n.rootCorrection), n.eps)
  return { firstMoment, secondMoment, step: a.div(a.mul(firstMoment, a.mul(rate, n.correction)), root) }
}

/** AdamW (Loshchilov & Hutter 2019, algorithm 2; bias-corrected, the arithmetic of torch.optim.AdamW): p -= lr wd p + step. */
export const adamw = formula({
  states,
  numbers,
  valuesAt,
  next<T>(a: Arithmetic<T>, at: Moments<T>) {
    const { step, ...state } = moments(a, at)
    return { p: a.sub(at.p, a.add(a.mul(at.p, a.mul(at.rate, at.decay)), step)), ...state }
  },
})

/** Adam (Kingma & Ba 2015) with L2 in the gradient, as torch.optim.Adam: g += wd p; p -= step. */
export const adam = formula({
  states,
  numbers,
  valuesAt,
  next<T>(a: Arithmetic<T>, at: Moments<T>) {
    const { step, ...state } = moments(a, { ...at, g: a.add(at.g, a.mul(at.p, at.decay)) })
    return { p: a.sub(at.p, step), ...state }
  },
})
