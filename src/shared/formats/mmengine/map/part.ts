import type { Origin } from '../../../model/config/origin.ts'
import { pythonKind, type PythonDict, type PythonValue } from '../pythonValue.ts'
import type { Account, Json } from './account.ts'

/** A value that stands under a key of a Python config. Exactly one of its methods says what became of it. */
export class Field<T> {
  readonly path: string
  readonly at: Origin
  readonly value: T
  readonly #account: Account
  readonly #node: PythonValue

  constructor(account: Account, path: string, at: Origin, node: PythonValue, value: T) {
    this.#account = account
    this.path = path
    this.at = at
    this.#node = node
    this.value = value
  }

  mapped(to: string, value: Json): void {
    this.#account.set(to, value, this.at)
    this.#say('mapped', to, null)
  }

  approximated(to: string, value: Json, reason: string): void {
    this.#account.set(to, value, this.at)
    this.#say('approximated', to, reason)
  }

  dropped(reason: string): void {
    this.#say('dropped', null, reason)
  }

  /** It is always so here. */
  fixed(reason = 'always so here'): void {
    this.#say('mapped', null, reason)
  }

  /** It has been used for values that other notes tell of. */
  used(to: string): void {
    this.#say('mapped', to, null)
  }

  /** Used, with a difference. */
  nearly(to: string | null, reason: string): void {
    this.#say('approximated', to, reason)
  }

  #say(status: 'mapped' | 'approximated' | 'dropped', to: string | null, reason: string | null): void {
    this.#account.settle(this.#node)
    this.#account.note(status, this.path, to, reason, this.at)
  }
}

/** A dict of a Python config, read key by key. */
export class Part {
  readonly account: Account
  readonly dict: PythonDict
  readonly path: string
  readonly at: Origin

  constructor(account: Account, dict: PythonDict, path: string, at: Origin) {
    this.account = account
    this.dict = dict
    this.path = path
    this.at = at
  }

  /** Null where the key is absent or None, which says nothing. */
  any(key: string): Field<PythonValue> | null {
    const entry = this.dict.entries.get(key)
    if (!entry) return null
    const field = new Field(this.account, this.#inner(key), entry.at, entry.value, entry.value)
    if (entry.value.kind !== 'scalar' || entry.value.value !== null) return field
    field.fixed('None')
    return null
  }

  has(key: string): boolean {
    const entry = this.dict.entries.get(key)
    return entry !== undefined && !(entry.value.kind === 'scalar' && entry.value.value === null)
  }

  number(key: string): Field<number> | null {
    return this.#scalar(key, 'a number', (value) => typeof value === 'number')
  }

  text(key: string): Field<string> | null {
    return this.#scalar(key, 'a text', (value) => typeof value === 'string')
  }

  flag(key: string): Field<boolean> | null {
    return this.#scalar(key, 'True or False', (value) => typeof value === 'boolean')
  }

  /** A list of numbers, of this length where one is given. */
  numbers(key: string, length?: number): Field<number[]> | null {
    return this.#read(key, length === undefined ? 'a list of numbers' : `${length} numbers`, (value) => {
      const numbers = plainOf(value)
      const fits =
        Array.isArray(numbers) && numbers.every((each) => typeof each === 'number') && numbers.length === (length ?? numbers.length)
      return fits ? numbers : undefined
    })
  }

  /** One number, or a list of them. */
  pair(key: string): Field<[number, number]> | null {
    return this.#read(key, 'one or two numbers', (value) => {
      const plain = plainOf(value)
      const [a, b, ...more] = Array.isArray(plain) ? plain : [plain, plain]
      return typeof a === 'number' && typeof b === 'number' && more.length === 0 ? [a, b] : undefined
    })
  }

  part(key: string): Part | null {
    const field = this.#read(key, 'a dict', (value) => (value.kind === 'dict' ? value : undefined))
    return field && new Part(this.account, field.value, field.path, field.at)
  }

  /** The dicts of a list; a dict alone is a list of one. */
  parts(key: string): Part[] {
    const entry = this.dict.entries.get(key)
    if (!entry) return []
    if (entry.value.kind === 'dict') return [new Part(this.account, entry.value, this.#inner(key), entry.at)]
    const path = this.#inner(key)
    if (entry.value.kind === 'scalar') {
      this.any(key)?.dropped(`a list of dicts is expected, not ${pythonKind(entry.value)}`)
      return []
    }
    return entry.value.items.flatMap((item, i): Part[] => {
      if (item.kind === 'dict') return [new Part(this.account, item, `${path}.${i}`, item.at)]
      new Field(this.account, `${path}.${i}`, item.at, item, item).dropped(`a dict is expected, not ${pythonKind(item)}`)
      return []
    })
  }

  /** The `type` without its scope, '' where there is none; says nothing of it. */
  get type(): string {
    const value = this.dict.entries.get('type')?.value
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value.slice(value.value.lastIndexOf('.') + 1) : ''
  }

  /** A key that must have one of these values to mean the same here. */
  fixed(key: string, same: readonly Json[], reason: string): void {
    const field = this.any(key)
    if (!field) return
    const plain = JSON.stringify(plainOf(field.value))
    if (same.some((each) => JSON.stringify(each) === plain)) field.fixed()
    else field.dropped(reason)
  }

  /** Keys that mean nothing here. */
  dropped(keys: readonly string[], reason: string): void {
    for (const key of keys) this.any(key)?.dropped(reason)
  }

  droppedWhole(reason: string): void {
    new Field(this.account, this.path, this.at, this.dict, this.dict).dropped(reason)
  }

  /** Writes what mmengine does where this dict says nothing, and the studio would do something else. */
  fill(key: string, to: string, value: Json, reason: string): void {
    this.account.set(to, value, this.at)
    this.account.note('mapped', this.#inner(key), to, reason, this.at)
  }

  #inner(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }

  #scalar<T extends string | number | boolean>(
    key: string,
    wanted: string,
    fits: (value: string | number | boolean | null) => value is T,
  ): Field<T> | null {
    return this.#read(key, wanted, (value) => (value.kind === 'scalar' && fits(value.value) ? value.value : undefined))
  }

  #read<T>(key: string, wanted: string, read: (value: PythonValue) => T | undefined): Field<T> | null {
    const field = this.any(key)
    if (!field) return null
    const value = read(field.value)
    if (value !== undefined) return new Field(this.account, field.path, field.at, field.value, value)
    field.dropped(`${wanted} is expected, not ${pythonKind(field.value)}`)
    return null
  }
}

export function plainOf(value: PythonValue): Json {
  if (value.kind === 'scalar') return value.value
  if (value.kind !== 'dict') return value.items.map(plainOf)
  return Object.fromEntries([...value.entries].map(([key, { value: inner }]) => [key, plainOf(inner)]))
}
