import { nearestName } from '../nearest.ts'
import { configError } from './origin.ts'
import { joined, kindText, typeOf } from './node.ts'
import type { ConfigNode, ListNode, ObjectNode } from './node.ts'

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
    throw configError('config/invalid', edit.origin, path, `"_edit_" needs a list in the base, not ${base ? kindText(base) : 'nothing'}`)
  if (steps.kind !== 'list' || edit.entries.size !== 1)
    throw configError('config/invalid', edit.origin, path, '"_edit_" is a list of edits and stands alone in its object')
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
  const refuse = (message: string, nearest: string | null = null) => configError('config/invalid', step.origin, path, message, nearest)
  if (step.kind !== 'object') throw refuse(`an edit is an object, not ${kindText(step)}`)
  const verb = verbs.find((each) => step.entries.has(each))
  const keys = [...step.entries.keys()]
  if (!verb) {
    const nearest = nearestName(keys[0] ?? '', verbs)
    throw refuse(`an edit is one of ${verbs.join(', ')}; did you mean "${nearest}"?`, nearest)
  }
  const wanted: readonly string[] = [verb, ...forms[verb]]
  if (keys.length !== wanted.length || !wanted.every((key) => step.entries.has(key)))
    throw refuse(`"${verb}" has the keys ${wanted.join(', ')}, not ${keys.join(', ')}`)
  const other = forms[verb][0]
  return { verb, subject: step.entries.get(verb)!.node, other: other && step.entries.get(other)!.node }
}

function indexOf(items: readonly ConfigNode[], which: ConfigNode, path: string): number {
  const refuse = (message: string, nearest: string | null = null) => configError('config/invalid', which.origin, path, message, nearest)
  const wanted = which.kind === 'scalar' ? which.value : null
  if (typeof wanted === 'number') {
    if (Number.isInteger(wanted) && wanted >= 0 && wanted < items.length) return wanted
    throw refuse(`the list has ${items.length} entries, ${wanted} is none of them`)
  }
  if (typeof wanted !== 'string') throw refuse(`an index or a type is expected, not ${kindText(which)}`)
  const types = items.map(typeOf)
  const index = types.indexOf(wanted)
  const known = types.filter((type) => type !== null)
  if (index < 0)
    throw refuse(`no entry has the type "${wanted}"; there is ${known.join(', ') || 'none'}`, nearestName(wanted, known) || null)
  if (types.includes(wanted, index + 1)) throw refuse(`several entries have the type "${wanted}"; say which by its index`)
  return index
}
