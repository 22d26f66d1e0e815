import type { Collective } from '../world.ts'
import type { StepResult } from './step.ts'
import { outputNames } from './stepGraph.ts'

/** Means of the loss and of its parts over the micro-batches of one step, of all replicas. */
export class LossMeans {
  readonly #parts: readonly string[]
  readonly #share: number
  #loss = 0
  readonly #losses: Record<string, number>

  constructor(parts: readonly string[], microBatches: number) {
    this.#parts = parts
    this.#share = 1 / microBatches
    this.#losses = Object.fromEntries(parts.map((name) => [name, 0]))
  }

  /** Takes in one micro-batch; `valueOf` reads a scalar output of the gradient graph. */
  add(valueOf: (output: string) => number): void {
    this.#loss += valueOf(outputNames.loss) * this.#share
    for (const name of this.#parts) this.#losses[name] = this.#losses[name]! + valueOf(outputNames.part(name)) * this.#share
  }

  /** Adds up what the replicas have. */
  async share(collective: Collective): Promise<void> {
    const sums = Float64Array.of(this.#loss, ...this.#parts.map((name) => this.#losses[name]!))
    await collective.allReduce(sums)
    this.#loss = sums[0]!
    this.#parts.forEach((name, i) => (this.#losses[name] = sums[i + 1]!))
  }

  result(): Pick<StepResult, 'loss' | 'losses'> {
    return { loss: this.#loss, losses: this.#losses }
  }
}
