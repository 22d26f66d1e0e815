import { AppError } from '../../../shared/errors.ts'

/** What a pickle may build: plain values, arrays (lists and tuples), Map (dicts), Set, Uint8Array, and the records below. */
export type PickleValue = unknown

/** A Python global that the pickle names. Only those of an allow-list ever come into being; nothing of Python exists behind them. */
export interface PickleGlobal {
  readonly kind: 'global'
  readonly name: string
  /** What calling it gives; without it, the pickle may name it but not call it. */
  readonly call?: ((args: readonly PickleValue[]) => PickleValue) | undefined
}

/** A Python object that weights do not need: it is carried along without its contents. */
export class Opaque {
  readonly type: string

  constructor(type: string) {
    this.type = type
  }
}

export const isGlobal = (value: unknown): value is PickleGlobal =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'global'

/** The pickle asks for something that would run code. */
export function unsafePickle(name: string, what: string): AppError {
  return new AppError('weights/unsafe', `the file wants to ${what} ${name}; nothing in a weights file is ever executed`, { global: name })
}
