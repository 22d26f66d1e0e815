import { configError, originText } from '../../model/config/origin.ts'
import type { LeftOut } from './evaluate.ts'
import { pythonFound, type PythonDict, type PythonEntry, type PythonValue } from './pythonValue.ts'

const flag = '_delete_'

/**
 * Lays a config over its bases as mmengine does (Config._merge_a_into_b): dicts merge deeply, lists, tuples and scalars replace, `_delete_=True` starts a dict anew.
 * Errors: config/invalid for a dict over something else.
 */
export function mergePython(base: PythonDict, child: PythonDict, path = ''): PythonDict {
  const entries = new Map(base.entries)
  for (const [key, { at, value }] of child.entries) {
    const before = entries.get(key)?.value
    const inner = path === '' ? key : `${path}.${key}`
    entries.set(key, { at, value: value.kind === 'dict' && before ? laidOver(before, value, inner) : value })
  }
  return { kind: 'dict', entries, at: child.at }
}

function laidOver(before: PythonValue, value: PythonDict, path: string): PythonDict {
  const deletes = truthy(value.entries.get(flag)?.value)
  const plain = withoutFlag(value)
  if (deletes) return plain
  if (before.kind === 'dict') return mergePython(before, plain, path)
  throw configError('config/invalid', value.at, path, 'dictOverOther', { found: pythonFound(before) })
}

/** As mmengine takes it: anything that counts as true. */
function truthy(value: PythonValue | undefined): boolean {
  if (!value) return false
  if (value.kind === 'scalar') return Boolean(value.value)
  return value.kind === 'dict' ? value.entries.size > 0 : value.items.length > 0
}

function withoutFlag(dict: PythonDict): PythonDict {
  if (!dict.entries.has(flag)) return dict
  const entries = new Map(dict.entries)
  entries.delete(flag)
  return { ...dict, entries }
}

/** Bases side by side. Errors: config/invalid for a name that two of them define, as in mmengine. */
export function besidePython(first: PythonDict, second: PythonDict): PythonDict {
  for (const [key, { at }] of second.entries) {
    const earlier = first.entries.get(key)
    if (earlier) throw configError('config/invalid', at, key, 'definedTwice', { other: originText(earlier.at) })
  }
  return { ...first, entries: new Map([...first.entries, ...second.entries]) }
}

/** Takes away the flags that replaced nothing; mmengine hands them on to the component, which does not know them. */
export function withoutIdleFlags(dict: PythonDict, leftOut: LeftOut[]): PythonDict {
  const clean = (value: PythonValue): PythonValue => {
    if (value.kind === 'scalar') return value
    if (value.kind !== 'dict') return { ...value, items: value.items.map(clean) }
    const idle = value.entries.get(flag)
    if (idle) leftOut.push({ at: idle.at, subject: flag, what: 'there is nothing to replace' })
    const entries = [...withoutFlag(value).entries].map(([key, { at, value: inner }]): [string, PythonEntry] => [
      key,
      { at, value: clean(inner) },
    ])
    return { ...value, entries: new Map(entries) }
  }
  return clean(dict) as PythonDict
}
