import type { Ema } from '../../shared/model/train/ema.ts'
import type { Program } from './program.ts'

/**
 * The share of the new weights after the `update`-th update, counted from 1: 1 after the first, which only copies, then momentum or
 * max(momentum, gamma / (gamma + updates before)) (mmengine ExponentialMovingAverage, MomentumAnnealingEMA).
 */
export function emaMomentum({ momentum, gamma }: Ema, update: number): number {
  if (update <= 1) return 1
  return gamma === 0 ? momentum : Math.max(momentum, gamma / (gamma + update - 1))
}

/** average += momentum (source - average): what does not move stays as it is, to the last bit. */
export const emaProgram: Program = {
  arrays: ['average', 'source'],
  numbers: ['momentum'],
  build: (a, array, number) => {
    const average = array('average')
    return new Map([['average', a.add(average, a.mul(a.sub(array('source'), average), number('momentum')))]])
  },
}
