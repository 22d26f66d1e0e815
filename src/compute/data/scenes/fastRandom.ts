import { counterRng, type CounterRng } from '../../../shared/counterRng.ts'

/** Random numbers of one scene: the draws of a `CounterRng`, plus what scenes ask for again and again. */
export interface SceneRandom extends CounterRng {
  /** One of the values. */
  pick<T>(values: readonly T[]): T
  /** Log-uniform in [low, high). */
  scale(low: number, high: number): number
}

/** The stream of scene `index` under `seed`: the same scene whatever was drawn before. */
export function sceneRandom(seed: number, index: number): SceneRandom {
  const rng = counterRng(seed, 'scene', index)
  return {
    ...rng,
    pick: (values) => values[rng.int(values.length)]!,
    scale: (low, high) => low * (high / low) ** rng.uniform(),
  }
}

/** A cheap stream of uniform numbers in [0, 1) for noise per pixel (xorshift, Marsaglia 2003). */
export function fastUniform(seed: number): () => number {
  let state = seed | 0 || 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x100000000
  }
}
