/** What elementwise calculations are written in. The WebAssembly kernel and the graph both implement it, so that a formula stands in one place. */
export interface Arithmetic<T> {
  add(x: T, y: T): T
  sub(x: T, y: T): T
  mul(x: T, y: T): T
  div(x: T, y: T): T
  sqrt(x: T): T
  /** -1, 0 or 1. */
  sign(x: T): T
  /** x limited to [-limit, limit]. */
  clamp(x: T, limit: number): T
}

/** New values of some `arrays` of one length, element by element, from all of them and a few `numbers`. */
export interface Program {
  readonly arrays: readonly string[]
  readonly numbers: readonly string[]
  build<T>(a: Arithmetic<T>, array: (name: string) => T, number: (name: string) => T): ReadonlyMap<string, T>
}
