import { invariant } from '../../shared/errors.ts'

export interface ArenaEntry {
  readonly name: string
  readonly shape: readonly number[]
  /** First element of the entry in the arena. */
  readonly offset: number
  readonly length: number
}

/** Views start on multiples of this many floats (one cache line). */
const alignment = 16

/** One flat Float32Array with named views: parameters, moments and gradients live side by side and are fed to sessions without a copy. */
export class Arena {
  readonly data: Float32Array
  readonly entries: ReadonlyMap<string, ArenaEntry>

  readonly #allocate: (floats: number) => Float32Array

  /** `allocate` gives the zeroed memory, e.g. shared between threads or inside a kernel's memory; an ordinary array when absent. */
  constructor(
    tensors: Iterable<{ readonly name: string; readonly shape: readonly number[] }>,
    allocate: (floats: number) => Float32Array = (floats) => new Float32Array(floats),
  ) {
    const entries = new Map<string, ArenaEntry>()
    let end = 0
    for (const { name, shape } of tensors) {
      invariant(!entries.has(name), `two tensors of one arena are called ${name}`)
      const length = shape.reduce((a, b) => a * b, 1)
      entries.set(name, { name, shape: [...shape], offset: end, length })
      end = Math.ceil((end + length) / alignment) * alignment
    }
    this.entries = entries
    this.#allocate = allocate
    this.data = allocate(end)
  }

  /** Floats an arena of these tensors takes. */
  static length(tensors: Iterable<{ readonly shape: readonly number[] }>): number {
    let end = 0
    for (const { shape } of tensors) end = Math.ceil((end + shape.reduce((a, b) => a * b, 1)) / alignment) * alignment
    return end
  }

  entry(name: string): ArenaEntry {
    const entry = this.entries.get(name)
    invariant(entry, `the arena has no tensor ${name}`)
    return entry
  }

  /** The floats of one tensor; writing to it writes to the arena. */
  view(name: string): Float32Array {
    const { offset, length } = this.entry(name)
    return this.data.subarray(offset, offset + length)
  }

  /** An arena of the same layout, zeros, from the same kind of memory unless `allocate` says otherwise. */
  like(allocate = this.#allocate): Arena {
    return new Arena(this.entries.values(), allocate)
  }
}
