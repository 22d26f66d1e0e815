import { configError } from './origin.ts'
import { editList, isListEdit } from './listEdit.ts'
import { joined, kindOf, remade } from './node.ts'
import type { ConfigNode, Entry, ObjectNode } from './node.ts'

/**
 * Lays `child` over `base` (specs/runtime.md section 1): objects merge deeply; lists, scalars and null replace. An object with `_delete_: true` replaces whatever is there, also
 * nothing; the flag itself never stays. An object over a list or a scalar is an error, unless it is a list edit (`_edit_`, see listEdit.ts). Errors: config/invalid.
 */
export function mergeNodes(base: ConfigNode | undefined, child: ConfigNode, path = ''): ConfigNode {
  if (child.kind === 'scalar') return child
  if (child.kind === 'list') return { ...child, items: child.items.map((item, i) => mergeNodes(undefined, item, joined(path, i))) }
  if (isListEdit(child)) return editList(base, child, path, mergeNodes)
  const replaces = takesDelete(child, path)
  if (base && base.kind !== 'object' && !replaces)
    throw configError('config/invalid', child.origin, path, 'objectOverOther', { found: kindOf(base) })
  const entries = new Map<string, Entry>(base?.kind === 'object' && !replaces ? base.entries : [])
  for (const [key, { key: at, node }] of child.entries)
    if (key !== '_delete_') entries.set(key, { key: at, node: mergeNodes(entries.get(key)?.node, node, joined(path, key)) })
  return remade(replaces ? undefined : base, entries, child.origin)
}

function takesDelete(child: ObjectNode, path: string): boolean {
  const flag = child.entries.get('_delete_')
  if (!flag) return false
  if (flag.node.kind !== 'scalar' || typeof flag.node.value !== 'boolean')
    throw configError('config/invalid', flag.node.origin, joined(path, '_delete_'), 'trueExpected', { found: kindOf(flag.node) })
  return flag.node.value
}
