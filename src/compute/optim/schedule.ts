export interface WarmupPoly {
  /** Learning rate after warm-up. */
  readonly lr: number
  readonly warmupSteps: number
  /** Factor of the first step; grows linearly to 1. */
  readonly warmupFactor: number
  readonly power: number
  readonly minLr: number
  readonly totalSteps: number
}

/** Linear warm-up: factor(t) = f0 + (1 - f0) min(t - b, T) / T with T = end - begin - 1, t counted from 0 (mmengine LinearLR; specs/segformer.md section 10). */
export function linearFactor(step: number, factor: number, begin: number, end: number): number {
  const span = end - begin - 1
  if (span <= 0) return 1
  return factor + ((1 - factor) * Math.min(Math.max(step - begin, 0), span)) / span
}

/** Polynomial decay: lr(t) = min + (base - min) (1 - (t - b) / T)^power with T = end - begin - 1, t counted from 0 (mmengine PolyLR, closed form). */
export function polyLr(step: number, base: number, power: number, minLr: number, begin: number, end: number): number {
  const span = end - begin - 1
  if (span <= 0) return base
  const done = Math.min(Math.max(step - begin, 0), span) / span
  return minLr + (base - minLr) * (1 - done) ** power
}

/** The learning rate used in step `step` (from 0): warm-up over the first steps, poly over the rest. A group's rate is this times its multiplier. */
export function warmupPolyLr(step: number, s: WarmupPoly): number {
  const warmup = Math.min(s.warmupSteps, s.totalSteps)
  if (step < warmup) return s.lr * linearFactor(step, s.warmupFactor, 0, warmup)
  return polyLr(step, s.lr, s.power, s.minLr, warmup, s.totalSteps)
}
