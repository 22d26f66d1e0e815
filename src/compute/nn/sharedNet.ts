import type { Value } from '../graph/graph.ts'
import type { Init } from './init.ts'
import { Net } from './net.ts'

/** A network whose parts may be built several times in one graph: a parameter is declared by its first use. */
export class SharedNet extends Net {
  readonly #outer: Net
  readonly #known = new Map<string, Value>()

  constructor(outer: Net) {
    super(outer.b, outer.training)
    this.#outer = outer
  }

  override param(name: string, shape: readonly number[], init: Init): Value {
    const known = this.#known.get(name)
    if (known) return known
    const value = this.#outer.param(name, shape, init)
    this.#known.set(name, value)
    return value
  }
}
