import { nearestName } from '../nearest.ts'
import { configError } from './origin.ts'
import type { Origin } from './origin.ts'
import { childOf, joined, kindOf, limits } from './node.ts'
import type { ConfigNode, Entry, ScalarNode } from './node.ts'
import type { ConfigRule, RuleFacts } from './rules.ts'

/** A text that is nothing but `${a.b.0}` stands for the value at that path of the whole config. There is no other form, and nothing inside longer texts. */
const form = /^\$\{([^{}]*)\}$/
/** The path that a value refers to; null for any other value. */
export function referenceIn(value: unknown): string | null {
  return typeof value === 'string' ? (form.exec(value)?.[1]?.trim() ?? null) : null
}

/** The default of a path that no layer gives, as the schema has it; undefined where it has none. */
export type DefaultAt = (root: ConfigNode, path: readonly string[]) => ConfigNode | undefined

/**
 * Puts the values in for the references, after every merge: an override of the value reaches every place that refers to it. Errors: config/invalid for a circle, a path with nothing at it,
 * or references that multiply beyond any sense.
 */
export function resolveReferences(root: ConfigNode, defaultAt: DefaultAt): ConfigNode {
  return new References(root, defaultAt).resolve(root, '', [])
}

class References {
  readonly #root: ConfigNode
  readonly #defaultAt: DefaultAt
  #nodes = 0

  constructor(root: ConfigNode, defaultAt: DefaultAt) {
    this.#root = root
    this.#defaultAt = defaultAt
  }

  /** `open` are the references that are being followed: meeting one of them again is a circle. */
  resolve(node: ConfigNode, path: string, open: readonly string[]): ConfigNode {
    if (++this.#nodes > limits.nodes) throw configError('config/invalid', node.origin, path, 'referencesMultiply', { most: limits.nodes })
    if (node.kind === 'list') return { ...node, items: node.items.map((item, i) => this.resolve(item, joined(path, i), open)) }
    if (node.kind === 'object') {
      const entry = ([key, { key: at, node: inner }]: [string, Entry]): [string, Entry] => [
        key,
        { key: at, node: this.resolve(inner, joined(path, key), open) },
      ]
      return { ...node, entries: new Map([...node.entries].map(entry)) }
    }
    const target = referenceIn(node.value)
    return target === null ? node : stamped(this.#follow(node, target, path, open), { ...node.origin, reference: target })
  }

  #follow(from: ScalarNode, target: string, path: string, open: readonly string[]): ConfigNode {
    const refuse = (rule: ConfigRule, facts: RuleFacts, nearest: string | null = null) =>
      configError('config/invalid', from.origin, path, rule, facts, nearest)
    if (open.includes(target)) throw refuse('referencesCircle', { way: [...open, target].join(' -> ') })
    const followed = [...open, target]
    const keys = target.split('.')
    let at = this.#root
    for (const [i, key] of keys.entries()) {
      const next = childOf(at, key)
      if (!next) {
        const fallback = this.#defaultAt(this.#root, keys)
        if (fallback) return fallback
        const known = at.kind === 'object' ? [...at.entries.keys()] : []
        const nearest = nearestName(key, known) || null
        const facts = { reference: `\${${target}}`, where: keys.slice(0, i).join('.'), key }
        if (at.kind !== 'object') throw refuse('noReferentInside', { ...facts, found: kindOf(at) }, nearest)
        throw refuse(i === 0 ? 'noReferentAtTop' : 'noReferent', facts, nearest)
      }
      // A reference on the way is followed first.
      const onTheWay = i < keys.length - 1 && next.kind === 'scalar' ? referenceIn(next.value) : null
      at = onTheWay === null ? next : this.#follow(next as ScalarNode, onTheWay, keys.slice(0, i + 1).join('.'), followed)
    }
    return this.resolve(at, target, followed)
  }
}

/** A value that came through a reference was written where the reference stands. */
function stamped(node: ConfigNode, origin: Origin): ConfigNode {
  if (node.kind === 'scalar') return { ...node, origin }
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => stamped(item, origin)), origin }
  const entries = [...node.entries].map(([key, entry]): [string, Entry] => [key, { key: origin, node: stamped(entry.node, origin) }])
  return { kind: 'object', entries: new Map(entries), origin }
}
