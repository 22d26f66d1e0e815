import { configError } from './origin.ts'
import type { Origin } from './origin.ts'

/** A config while it is put together: plain JSON in which every value and every key knows where it was written. */
export type ConfigNode = ScalarNode | ListNode | ObjectNode
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly origin: Origin
}
export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly ConfigNode[]
  readonly origin: Origin
}
export interface ObjectNode {
  readonly kind: 'object'
  readonly entries: ReadonlyMap<string, Entry>
  readonly origin: Origin
  /** The `type` that a later layer replaced: keys of its component may be left over. */
  readonly oldType?: string
}
export interface Entry {
  /** Where the key stands. */
  readonly key: Origin
  readonly node: ConfigNode
}

/** No config needs more; hostile ones are refused before they cost anything. */
export const limits = { depth: 64, nodes: 100_000, bytes: 2 ** 20 } as const

const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
/** Errors: config/unknown-key for a name that means something to JavaScript itself. */
export function requireKey(key: string, origin: Origin, path: string): void {
  if (forbidden.has(key)) throw configError('config/unknown-key', origin, path, 'forbiddenKey', { key })
}

export const joined = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`)
export const emptyObject = (origin: Origin): ObjectNode => ({ kind: 'object', entries: new Map(), origin })

/** A plain value as a node, all of it from one place. Errors: config/invalid for what is no JSON, or nested too deep. */
export function nodeOf(value: unknown, origin: Origin, path = '', depth = 0): ConfigNode {
  if (depth > limits.depth) throw configError('config/invalid', origin, '', 'tooDeep', { most: limits.depth })
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return { kind: 'scalar', value, origin }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw configError('config/invalid', origin, path, 'noJsonNumber', { value: String(value) })
    return { kind: 'scalar', value, origin }
  }
  if (Array.isArray(value))
    return { kind: 'list', items: value.map((item: unknown, i) => nodeOf(item, origin, joined(path, i), depth + 1)), origin }
  if (typeof value !== 'object') throw configError('config/invalid', origin, path, 'noJson', { type: typeof value })
  const entries = new Map<string, Entry>()
  for (const [key, entry] of Object.entries(value)) {
    requireKey(key, origin, joined(path, key))
    if (entry !== undefined) entries.set(key, { key: origin, node: nodeOf(entry, origin, joined(path, key), depth + 1) })
  }
  return { kind: 'object', entries, origin }
}

/** A plain value that was made from `base` by changing some of it: what is equal keeps its place, the rest is from `origin`. */
export function traced(base: ConfigNode | undefined, value: unknown, origin: Origin): ConfigNode {
  const node = nodeOf(value, origin)
  return base ? keepPlaces(base, node) : node
}

function keepPlaces(base: ConfigNode, node: ConfigNode): ConfigNode {
  if (node.kind === 'scalar') return base.kind === 'scalar' && base.value === node.value ? base : node
  const kept = (key: string, inner: ConfigNode): ConfigNode => {
    const before = childOf(base, key)
    return before ? keepPlaces(before, inner) : inner
  }
  if (node.kind === 'list') return { ...node, items: node.items.map((item, i) => kept(String(i), item)), origin: base.origin }
  const entries = [...node.entries].map(([key, entry]): [string, Entry] => {
    const before = base.kind === 'object' ? base.entries.get(key)?.key : undefined
    return [key, { key: before ?? entry.key, node: kept(key, entry.node) }]
  })
  return { ...node, entries: new Map(entries) }
}

export function jsonOf(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(jsonOf)
  return Object.fromEntries([...node.entries].map(([key, { node: entry }]) => [key, jsonOf(entry)]))
}

/** The entry of an object or the item of a list; undefined where there is none. */
export function childOf(node: ConfigNode, key: string): ConfigNode | undefined {
  if (node.kind === 'object') return node.entries.get(key)?.node
  return node.kind === 'list' && /^\d{1,9}$/.test(key) ? node.items[Number(key)] : undefined
}

/** Where the value at a path was written; of the part that is not there, what holds it. A key's own place with `ofKey`. */
export function originAt(node: ConfigNode, path: readonly PropertyKey[], ofKey = false): Origin {
  let at = node
  for (const [i, key] of path.entries()) {
    if (ofKey && i === path.length - 1 && at.kind === 'object') return at.entries.get(String(key))?.key ?? at.origin
    const next = childOf(at, String(key))
    if (!next) break
    at = next
  }
  return at.origin
}

/** The `type` of a component; null for anything else. */
export function typeOf(node: ConfigNode | undefined): string | null {
  const type = node?.kind === 'object' ? node.entries.get('type')?.node : undefined
  return type?.kind === 'scalar' && typeof type.value === 'string' ? type.value : null
}

/** An object made of `base` with other entries; remembers a `type` that changed. */
export function remade(base: ConfigNode | undefined, entries: ReadonlyMap<string, Entry>, origin: Origin): ObjectNode {
  const made: ObjectNode = { kind: 'object', entries, origin }
  const before = typeOf(base)
  if (before !== null && before !== typeOf(made)) return { ...made, oldType: before }
  return base?.kind === 'object' && base.oldType !== undefined ? { ...made, oldType: base.oldType } : made
}

/** What a node is, for the fact `found` of a rule: a name of `configFound`, or the scalar as JSON writes it. */
export function kindOf(node: ConfigNode): string {
  return node.kind === 'scalar' ? JSON.stringify(node.value) : node.kind
}
