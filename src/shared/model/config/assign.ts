import { configError, nowhere } from './origin.ts'
import type { Origin } from './origin.ts'
import { joined, kindOf, remade, requireKey } from './node.ts'
import type { ConfigNode, Entry } from './node.ts'
import { readJsonText } from './jsonText.ts'
import type { ConfigRule, RuleFacts } from './rules.ts'
import { mergeNodes } from './merge.ts'
import type { DefaultAt } from './references.ts'

/**
 * Applies one `--set a.b.0.c=value`, by the rules of a merge: an object merges, anything else replaces. A number in the path is an index into a list that is there; a last key `+`
 * appends to a list (`loss.+={"type":"dice"}`); `\.` is a dot inside a key. The value is JSON when it reads as JSON, else text. Whether the key exists is decided when the whole
 * config is checked. Errors: config/invalid, config/unknown-key.
 */
export const assign = (config: ConfigNode, assignment: string): ConfigNode => apply(config, assignment, () => undefined)

/** As assign, where a list that no layer gives is there with its default. */
export const assignOver =
  (defaultAt: DefaultAt) =>
  (config: ConfigNode, assignment: string): ConfigNode =>
    apply(config, assignment, defaultAt)

function apply(config: ConfigNode, assignment: string, defaultAt: DefaultAt): ConfigNode {
  const at = assignment.indexOf('=')
  const path = assignment.slice(0, at).trim()
  const origin = nowhere('set', assignment)
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))
  if (at < 1 || keys.some((key) => key === '')) throw configError('config/invalid', origin, '', 'notAssignment')
  for (const key of keys) requireKey(key, origin, path)
  if (keys[0] === 'bases') throw configError('config/invalid', origin, path, 'basesInFile')
  const list = (inner: string) => {
    const node = defaultAt(config, inner.split('.'))
    return node?.kind === 'list' ? node : undefined
  }
  return put(config, keys, { value: readValue(assignment.slice(at + 1).trim(), origin), origin, list }, '')
}

interface Assigned {
  readonly value: ConfigNode
  readonly origin: Origin
  /** The default list at a path. */
  readonly list: (path: string) => ConfigNode | undefined
}

function put(given: ConfigNode | undefined, keys: readonly string[], assigned: Assigned, path: string): ConfigNode {
  const { value, origin } = assigned
  const [key, ...rest] = keys
  const node = given ?? (key !== undefined && /^(\+|\d{1,9})$/.test(key) ? assigned.list(path) : undefined)
  if (key === undefined) return mergeNodes(node, value, path)
  const inner = joined(path, key)
  const refuse = (rule: ConfigRule, facts: RuleFacts) => configError('config/invalid', origin, inner, rule, facts)
  if (node?.kind === 'list') {
    if (key === '+' && rest.length === 0) return { ...node, items: [...node.items, mergeNodes(undefined, value, inner)] }
    const index = /^\d{1,9}$/.test(key) ? Number(key) : -1
    if (index < 0 || index >= node.items.length) throw refuse('noSuchEntry', { entries: node.items.length, entry: JSON.stringify(key) })
    return { ...node, items: node.items.with(index, put(node.items[index], rest, assigned, inner)) }
  }
  if (key === '+') throw refuse('appendsToList', { found: node ? kindOf(node) : 'nothing' })
  if (node?.kind === 'scalar' && node.value !== null) throw refuse('belowValue', { key, found: kindOf(node) })
  const entries = new Map<string, Entry>(node?.kind === 'object' ? node.entries : [])
  const before = entries.get(key)
  entries.set(key, { key: before?.key ?? origin, node: put(before?.node, rest, assigned, inner) })
  return remade(node, entries, node?.origin ?? origin)
}

/** What begins like an object, a list or a quoted text must be JSON; of the rest, numbers, true, false and null are, and everything else is text. */
function readValue(text: string, origin: Origin): ConfigNode {
  const plain = /^[[{"]/.test(text) || /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text)
  if (!plain) return { kind: 'scalar', value: text, origin }
  return placed(readJsonText({ from: 'set', name: origin.name, text }), origin)
}

/** A column inside the value of a --set helps nobody. */
function placed(node: ConfigNode, origin: Origin): ConfigNode {
  if (node.kind === 'scalar') return { ...node, origin }
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => placed(item, origin)), origin }
  return {
    kind: 'object',
    entries: new Map([...node.entries].map(([key, entry]) => [key, { key: origin, node: placed(entry.node, origin) }])),
    origin,
  }
}
