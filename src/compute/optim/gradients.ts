import type { Arena } from '../tensor/arena.ts'

/** L2 norm over every gradient, summed in double precision. */
export function gradientNorm(gradients: Arena): number {
  const g = gradients.data
  let a = 0
  let b = 0
  // Two chains of additions: the order is fixed, so the sum is the same in every run. Arena lengths are multiples of 16.
  for (let i = 0; i < g.length; i += 2) {
    a += g[i]! * g[i]!
    b += g[i + 1]! * g[i + 1]!
  }
  return Math.sqrt(a + b)
}

/** The factor that brings a norm down to `clipNorm` (torch clip_grad_norm_: max / (norm + 1e-6), never above 1). */
export function clipScale(norm: number, clipNorm: number | null): number {
  return clipNorm === null ? 1 : Math.min(1, clipNorm / (norm + 1e-6))
}

/** Multiplies in place. */
export function scaleValues(values: Float32Array, factor: number): void {
  if (factor === 1) return
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor
}

/** target += source, for gradient accumulation. */
export function addGradients(target: Arena, source: Arena): void {
  const t = target.data
  const s = source.data
  for (let i = 0; i < t.length; i++) t[i] = t[i]! + s[i]!
}
