import { invariant } from '../../shared/errors.ts'
import { Arena } from '../tensor/arena.ts'
import type { ParameterGroup } from './groups.ts'
import { KernelMemory } from './kernel.ts'

export interface AdamWOptions {
  readonly betas: readonly [number, number]
  readonly eps: number
  /** Decoupled: p -= lr * weightDecay * p, before the moment update's step. */
  readonly weightDecay: number
}

/** A run of the arena that shares its multipliers. */
export interface ArenaSegment {
  readonly begin: number
  readonly end: number
  readonly lrMult: number
  readonly decayMult: number
}

/** The arena cut into as few runs as the groups allow, in order; padding between tensors goes with the tensor before it. */
export function arenaSegments(arena: Arena, groups: readonly ParameterGroup[]): ArenaSegment[] {
  const groupOf = new Map(groups.flatMap((g) => g.names.map((name): [string, ParameterGroup] => [name, g])))
  const segments: ArenaSegment[] = []
  const entries = [...arena.entries.values()]
  entries.forEach((entry, i) => {
    const group = groupOf.get(entry.name)
    invariant(group, `${entry.name} is in no parameter group`)
    const end = entries[i + 1]?.offset ?? arena.data.length
    const last = segments.at(-1)
    if (last?.lrMult === group.lrMult && last.decayMult === group.decayMult) segments[segments.length - 1] = { ...last, end }
    else segments.push({ begin: entry.offset, end, lrMult: group.lrMult, decayMult: group.decayMult })
  })
  return segments
}

/** The numbers of one AdamW step that depend on the step's index (from 1) and rate; shared by the loop and the graph. */
export function adamwScalars(options: AdamWOptions, lr: number, step: number): { stepSize: number; rootCorrection: number; decay: number } {
  const [beta1, beta2] = options.betas
  return { stepSize: lr / (1 - beta1 ** step), rootCorrection: 1 / Math.sqrt(1 - beta2 ** step), decay: lr * options.weightDecay }
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2; bias-corrected, the arithmetic of torch.optim.AdamW) on flat arenas:
 * p *= 1 - lr wd; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + eps).
 * Parameters, gradients and moments lie in one kernel memory that this class owns.
 */
export class AdamW {
  readonly options: AdamWOptions
  readonly params: Arena
  /** Gradients for the next step are written here. */
  readonly gradients: Arena
  readonly firstMoment: Arena
  readonly secondMoment: Arena
  /** Steps taken; the next one is `steps + 1`. */
  steps = 0
  readonly #memory: KernelMemory
  readonly #segments: readonly ArenaSegment[]

  constructor(
    tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
    groups: readonly ParameterGroup[],
    options: AdamWOptions,
  ) {
    this.options = options
    this.#memory = new KernelMemory(4 * Arena.length(tensors))
    this.params = new Arena(tensors, (floats) => this.#memory.allocate(floats))
    this.gradients = this.params.like()
    this.firstMoment = this.params.like()
    this.secondMoment = this.params.like()
    this.#segments = arenaSegments(this.params, groups)
  }

  /** One step with the rate `lr`; gradients are multiplied by `gradientScale` on the way (clipping, averaging). */
  step(lr: number, gradientScale = 1): void {
    this.steps++
    const { stepSize, rootCorrection, decay } = adamwScalars(this.options, lr, this.steps)
    const [beta1, beta2] = this.options.betas
    for (const { begin, end, lrMult, decayMult } of this.#segments) {
      const constants = {
        beta1,
        beta2,
        eps: this.options.eps,
        stepSize: stepSize * lrMult,
        rootCorrection,
        decay: decay * lrMult * decayMult,
        gradientScale,
      }
      this.#memory.adamw(this.params.data, this.gradients.data, this.firstMoment.data, this.secondMoment.data, begin, end, constants)
    }
  }
}
