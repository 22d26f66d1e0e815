import type { Finding } from '../../../shared/model/finding.ts'

/** What one step looked like to the watch. */
export interface Pulse {
  readonly step: number
  readonly totalSteps: number
  readonly loss: number
  /** null where nothing measures it. */
  readonly gradientNorm: number | null
  readonly lr: number
}

export type Check = (pulse: Pulse) => Finding | null

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
const finding = (key: Finding['key'], severity: Finding['severity'], { step }: Pulse, data: Finding['data'] = {}): Finding => ({
  key,
  severity,
  step,
  data,
})

/** A rate so small that float32 weights of ordinary size do not change: 6e-8 is half a unit in the last place of 1. */
const lostRate = 1e-9
/** As far as a loss may rise before it counts as lost: over its best and over its first window. */
const explosion = { overBest: 10, overFirst: 3 } as const
const vanishedLoss = 1e-5
/** A gradient this many times the usual, for a fifth of the window. */
const gradientFactor = 1000
/** Batches differ, so a living loss moves by more than this share of itself. */
const stuckShare = 1e-6

function lossChecks(window: number): Check {
  const recent: number[] = []
  let first: number | null = null
  let best = Infinity
  return (pulse) => {
    recent.push(pulse.loss)
    if (recent.length > window) recent.shift()
    if (recent.length < window) return null
    const now = mean(recent)
    first ??= now
    best = Math.min(best, now)
    if (now > explosion.overFirst * first && now > explosion.overBest * best)
      return finding('lossExploded', 'pause', pulse, { loss: now, best, steps: window })
    if (Math.max(...recent) - Math.min(...recent) <= stuckShare * Math.abs(now) && pulse.lr > lostRate)
      return finding('lossStuck', 'pause', pulse, { loss: now, steps: window })
    return now < vanishedLoss ? finding('lossVanished', 'warning', pulse, { loss: now, steps: window }) : null
  }
}

function gradientCheck(window: number): Check {
  const usual: number[] = []
  let wild = 0
  return (pulse) => {
    const norm = pulse.gradientNorm
    if (norm === null) return null
    const limit = usual.length >= window ? gradientFactor * median(usual) : Infinity
    if (norm > limit || !Number.isFinite(norm)) wild++
    else {
      wild = 0
      usual.push(norm)
      if (usual.length > window) usual.shift()
    }
    return wild >= Math.max(1, Math.ceil(window / 5))
      ? finding('gradientExploded', 'pause', pulse, { norm: String(norm), steps: wild })
      : null
  }
}

/** A schedule may end at zero, so the last tenth of a run is not judged. */
function rateCheck(window: number): Check {
  let lost = 0
  return (pulse) => {
    lost = pulse.lr < lostRate && pulse.step < 0.9 * pulse.totalSteps ? lost + 1 : 0
    return lost >= window ? finding('rateZero', pulse.lr === 0 ? 'pause' : 'warning', pulse, { lr: pulse.lr, steps: window }) : null
  }
}

/** The checks of single steps, fresh for one attempt. Each looks at every step; of several findings the most serious is told. */
export function stepChecks(window: number): Check {
  const checks = [rateCheck(window), lossChecks(window), gradientCheck(window)]
  return (pulse) => {
    const found = checks.map((check) => check(pulse)).filter((finding) => finding !== null)
    return found.find(({ severity }) => severity === 'pause') ?? found[0] ?? null
  }
}
