import type { Account } from './account.ts'
import type { Part } from './part.ts'

/** What the parts of an import share. */
export interface Mapping {
  readonly account: Account
  readonly root: Part
  /** Devices of the original training: its batch size is per device. */
  readonly gpus: number
  /** Test-time augmentation becomes part of every validation. */
  readonly tta: boolean
  /** Batches per update: iterations of mmengine are batches, steps of the studio are updates. */
  readonly accumulate: number
}

/** Iterations as steps, with what has to be said of it. */
export function stepsOf({ accumulate }: Mapping, iterations: number): { steps: number; reason: string | null } {
  if (accumulate === 1) return { steps: iterations, reason: null }
  const steps = Math.max(1, Math.round(iterations / accumulate))
  return { steps, reason: `${iterations} batches; a step here is an update, of ${accumulate} batches` }
}
