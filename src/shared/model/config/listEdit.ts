import { nearestName } from '../nearest.ts'
import { configError } from './origin.ts'
import { joined, kindOf, typeOf } from './node.ts'
import type { ConfigNode, ListNode, ObjectNode } from './node.ts'
import type { ConfigRule, RuleFacts } from './rules.ts'

type Merge = (base: ConfigNode | undefined, child: ConfigNode, path: string) => ConfigNode

/** `{"_edit_": [...]}` changes a list of the base instead of repeating it. */
export const isListEdit = (node: ObjectNode): boolean => node.entries.has('_edit_')

const forms = {
  append: [],
  insert: ['before'],
  replace: ['with'],
  change: ['with'],
  remove: [],
} as const satisfies Record<string, readonly string[]>
type Verb = keyof typeof forms

/**
 * The edits of `_edit_`, one after the other: {append: x}, {insert: x, before: which}, {replace: which, with: x}, {change: which, with: x} (merged into it), {remove: which}. `which` is an index
 * or the `type` of the only entry that has it. Errors: config/invalid.
 */
export function editList(base: ConfigNode | undefined, edit: ObjectNode, path: string, merge: Merge): ListNode {
  const steps = edit.entries.get('_edit_')!.node
  const at = joined(path, '_edit_')
  if (base?.kind !== 'list')
    throw configError('config/invalid', edit.origin, path, 'editNeedsList', { found: base ? kindOf(base) : 'nothing' })
  if (steps.kind !== 'list' || edit.entries.size !== 1) throw configError('config/invalid', edit.origin, path, 'editsAlone')
  let items = base.items
  steps.items.forEach((step, i) => (items = applyEdit(items, step, joined(at, i), merge)))
  return { kind: 'list', items, origin: edit.origin }
}

function applyEdit(items: readonly ConfigNode[], step: ConfigNode, path: string, merge: Merge): readonly ConfigNode[] {
  const { verb, subject, other } = readEdit(step, path)
  const fresh = (node: ConfigNode) => merge(undefined, node, path)
  if (verb === 'append') return [...items, fresh(subject)]
  if (verb === 'insert') return items.toSpliced(indexOf(items, other!, path), 0, fresh(subject))
  const index = indexOf(items, subject, path)
  if (verb === 'remove') return items.toSpliced(index, 1)
  return items.with(index, verb === 'replace' ? fresh(other!) : merge(items[index], other!, path))
}

function readEdit(step: ConfigNode, path: string): { verb: Verb; subject: ConfigNode; other: ConfigNode | undefined } {
  const verbs = Object.keys(forms) as Verb[]
  const refuse = (rule: ConfigRule, facts: RuleFacts, nearest: string | null = null) =>
    configError('config/invalid', step.origin, path, rule, facts, nearest)
  if (step.kind !== 'object') throw refuse('editNoObject', { found: kindOf(step) })
  const verb = verbs.find((each) => step.entries.has(each))
  const keys = [...step.entries.keys()]
  if (!verb) {
    const nearest = nearestName(keys[0] ?? '', verbs)
    throw refuse('unknownEdit', { verbs: verbs.join(', ') }, nearest)
  }
  const wanted: readonly string[] = [verb, ...forms[verb]]
  if (keys.length !== wanted.length || !wanted.every((key) => step.entries.has(key)))
    throw refuse('editKeys', { verb, wanted: wanted.join(', '), keys: keys.join(', ') })
  const other = forms[verb][0]
  return { verb, subject: step.entries.get(verb)!.node, other: other && step.entries.get(other)!.node }
}

function indexOf(items: readonly ConfigNode[], which: ConfigNode, path: string): number {
  const refuse = (rule: ConfigRule, facts: RuleFacts, nearest: string | null = null) =>
    configError('config/invalid', which.origin, path, rule, facts, nearest)
  const wanted = which.kind === 'scalar' ? which.value : null
  if (typeof wanted === 'number') {
    if (Number.isInteger(wanted) && wanted >= 0 && wanted < items.length) return wanted
    throw refuse('noSuchEntry', { entries: items.length, entry: wanted })
  }
  if (typeof wanted !== 'string') throw refuse('indexOrType', { found: kindOf(which) })
  const types = items.map(typeOf)
  const index = types.indexOf(wanted)
  const known = types.filter((type) => type !== null)
  if (index < 0)
    throw known.length === 0
      ? refuse('noTypeAtAll', { type: wanted })
      : refuse('noSuchType', { type: wanted, known: known.join(', ') }, nearestName(wanted, known) || null)
  if (types.includes(wanted, index + 1)) throw refuse('typeTwice', { type: wanted })
  return index
}
