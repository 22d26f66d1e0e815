import { originText, type Origin } from '../../../model/config/origin.ts'
import type { PythonValue } from '../pythonValue.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** What became of one value of a Python config. Nothing of the file is without one. */
export interface ImportNote {
  /** mapped: means the same here. approximated: something near it, `reason` says what differs. dropped: has no effect here. unsupported: could not be read. */
  readonly status: 'mapped' | 'approximated' | 'dropped' | 'unsupported'
  /** Its dotted path in the Python config. */
  readonly from: string
  /** Where it went; null where it is fixed here, or nowhere. */
  readonly to: string | null
  readonly reason: string | null
  /** 'file:line:column'. */
  readonly place: string
}

/** The config that is being made, and what became of every value it is made from. */
export class Account {
  readonly notes: ImportNote[] = []
  readonly config: { [key: string]: Json } = {}
  readonly #origins = new Map<string, Origin>()
  readonly #settled = new Set<PythonValue>()

  note(status: ImportNote['status'], from: string, to: string | null, reason: string | null, at: Origin): void {
    this.notes.push({ status, from, to, reason, place: originText(at) })
  }

  /** Says that a value, with all in it, has been dealt with. */
  settle(value: PythonValue): void {
    this.#settled.add(value)
  }

  isSettled(value: PythonValue): boolean {
    return this.#settled.has(value)
  }

  /** Puts a value at a dotted path, making the objects and lists on the way. */
  set(path: string, value: Json, at: Origin): void {
    const keys = path.split('.')
    let holder = this.config
    for (const [i, key] of keys.slice(0, -1).entries()) {
      holder[key] ??= /^\d+$/.test(keys[i + 1]!) ? [] : {}
      holder = holder[key] as { [key: string]: Json }
    }
    holder[keys.at(-1)!] = value
    this.#origins.set(path, at)
  }

  get(path: string): Json | undefined {
    return path.split('.').reduce<Json | undefined>((at, key) => (at as { [key: string]: Json } | undefined)?.[key], this.config)
  }

  remove(path: string): void {
    const keys = path.split('.')
    const last = keys.pop()!
    const holder = keys.length === 0 ? this.config : this.get(keys.join('.'))
    if (Array.isArray(holder)) holder.splice(Number(last), 1)
    else if (typeof holder === 'object' && holder !== null) delete holder[last]
  }

  /** Where the value at a path, or what holds it, came from. */
  originOf(path: string, otherwise: Origin): Origin {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const found = this.#origins.get(at)
      if (found) return found
    }
    return otherwise
  }

  /** Every value below that nothing has been said of, as large pieces as possible. */
  leftOver(value: PythonValue, path: string, at: Origin, reason: (path: string) => string): void {
    if (this.#settled.has(value)) return
    if (!this.#touched(value)) return this.note('dropped', path, null, reason(path), at)
    const children: [string, Origin, PythonValue][] =
      value.kind === 'scalar'
        ? []
        : value.kind === 'dict'
          ? [...value.entries].map(([key, { at: where, value: inner }]) => [key, where, inner])
          : value.items.map((item, i) => [String(i), item.at, item])
    for (const [key, where, inner] of children) this.leftOver(inner, path === '' ? key : `${path}.${key}`, where, reason)
  }

  #touched(value: PythonValue): boolean {
    if (this.#settled.has(value)) return true
    if (value.kind === 'scalar') return false
    const inner = value.kind === 'dict' ? [...value.entries.values()].map((entry) => entry.value) : value.items
    return inner.some((each) => this.#touched(each))
  }
}
