import type { Optimizer } from '../../shared/model/train/optimizers/table.ts'
import { Arena } from '../tensor/arena.ts'
import { emaProgram } from './ema.ts'
import type { ParameterPlan } from './groups.ts'
import { KernelMemory, type Kernel } from './kernel.ts'
import { statesOf, updateNumbers, updateProgram } from './optimizers/table.ts'
import { arenaSegments, type ArenaSegment } from './segments.ts'

/** An optimizer over flat arenas on the CPU. Parameters, gradients and states lie in one kernel memory that this class owns. */
export class FlatOptimizer {
  readonly options: Optimizer
  readonly params: Arena
  /** Gradients for the next update are written here. */
  readonly gradients: Arena
  readonly states: Readonly<Record<string, Arena>>
  /** The moving average of the parameters, where one is kept. */
  readonly average: Arena | undefined
  /** Updates done; the next one is `updates + 1`. */
  updates = 0
  readonly #segments: readonly ArenaSegment[]
  readonly #kernel: Kernel
  readonly #average: Kernel | undefined

  constructor(
    tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
    plan: ParameterPlan,
    options: Optimizer,
    averaged = false,
  ) {
    this.options = options
    const names = statesOf(options)
    const memory = new KernelMemory((2 + names.length + (averaged ? 1 : 0)) * Arena.length(tensors))
    this.params = new Arena(tensors, (floats) => memory.allocate(floats))
    this.gradients = this.params.like()
    this.states = Object.fromEntries(names.map((name) => [name, this.params.like()]))
    this.average = averaged ? this.params.like() : undefined
    this.#average = averaged ? memory.compile(emaProgram) : undefined
    this.#segments = arenaSegments(this.params, plan)
    this.#kernel = memory.compile(updateProgram(options))
  }

  /** Moves the average towards the parameters by `momentum`; 1 copies them. */
  moveAverage(momentum: number): void {
    const { average, params } = this
    if (!average) return
    if (momentum === 1) average.data.set(params.data)
    else this.#average!({ average: average.data, source: params.data }, 0, params.data.length, { momentum })
  }

  /** One update with the rate `lr`; gradients are multiplied by `gradientScale` on the way (averaging, clipping by norm). */
  update(lr: number, gradientScale = 1): void {
    this.updates++
    const own = updateNumbers(this.options, this.updates)
    const states = Object.entries(this.states).map(([name, arena]) => [name, arena.data])
    const arrays = {
      params: this.params.data,
      gradients: this.gradients.data,
      ...(Object.fromEntries(states) as Record<string, Float32Array>),
    }
    for (const { begin, end, lrMult, decayMult } of this.#segments)
      this.#kernel(arrays, begin, end, { rate: lr * lrMult, decay: this.options.weightDecay * decayMult, gradientScale, ...own })
  }
}
