import { counterRng } from '../tensor/rng.ts'

/** How a tensor starts: drawn from the stream (seed, 'init', name), so neither order nor threads matter. */
export type Init =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'truncatedNormal'; readonly std: number }

export const zeros: Init = { kind: 'constant', value: 0 }
export const ones: Init = { kind: 'constant', value: 1 }

/** Linear weights, NVIDIA rule: normal(0, .02) cut at +-2 (specs/segformer.md section 4). */
export const linearInit: Init = { kind: 'truncatedNormal', std: 0.02 }

/** Conv weights [out, in/group, kh, kw], NVIDIA rule: normal(0, sqrt(2 / fanOut)) with fanOut = kh kw out / group. */
export function convInit(shape: readonly [number, number, number, number], group: number): Init {
  return { kind: 'normal', std: Math.sqrt(2 / ((shape[2] * shape[3] * shape[0]) / group)) }
}

/** Fills `target` with the first values of `name`. */
export function initialise(target: Float32Array, init: Init, seed: number, name: string): void {
  if (init.kind === 'constant') {
    target.fill(init.value)
    return
  }
  const rng = counterRng(seed, 'init', name)
  const limit = init.kind === 'truncatedNormal' ? 2 : Infinity
  for (let i = 0; i < target.length; i++) {
    let value = rng.normal() * init.std
    while (Math.abs(value) > limit) value = rng.normal() * init.std
    target[i] = value
  }
}
