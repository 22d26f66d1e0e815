import type { Arithmetic } from '../program.ts'

/** One element in an update. `rate` and `decay` carry the multipliers of its group; state tensors start as zeros. */
export interface Element<T, S extends string, N extends string> {
  readonly p: T
  readonly g: T
  readonly rate: T
  readonly decay: T
  readonly state: Readonly<Record<S, T>>
  readonly numbers: Readonly<Record<N, T>>
}

/** The arithmetic of one optimizer. */
export interface Formula<O, S extends string = string, N extends string = string> {
  /** Names of its state tensors, as in checkpoints. */
  readonly states: readonly S[]
  readonly numbers: readonly N[]
  /** The numbers of the `update`-th update, counted from 1. */
  valuesAt(options: O, update: number): Readonly<Record<N, number>>
  next<T>(a: Arithmetic<T>, element: Element<T, S, N>, options: O): Readonly<Record<S | 'p', T>>
}

/** Lets the compiler find the names. */
export const formula = <O, const S extends string, const N extends string>(given: Formula<O, S, N>): Formula<O> => given
