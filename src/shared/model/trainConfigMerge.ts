import { AppError } from '../errors.ts'

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Lays `child` over `base`: objects merge deeply, lists and scalars are replaced. An object with `_delete_: true`, or of another `type`
 * than the base's, replaces it as a whole; the flag itself never stays.
 */
export function mergeConfig(base: unknown, child: unknown): unknown {
  if (Array.isArray(child)) return child.map((entry: unknown) => mergeConfig(undefined, entry))
  if (!isObject(child)) return child
  const replaces =
    child['_delete_'] === true ||
    !isObject(base) ||
    (typeof child['type'] === 'string' && typeof base['type'] === 'string' && child['type'] !== base['type'])
  const out = new Map<string, unknown>(replaces ? [] : Object.entries(base))
  for (const [key, value] of Object.entries(child))
    if (key !== '_delete_' && !forbidden.has(key)) out.set(key, mergeConfig(out.get(key), value))
  return Object.fromEntries(out)
}

/**
 * Resolves `base` (a name or a list of names, later ones over earlier ones) through `load` and merges the config over them. Nothing is ever executed.
 * Errors: config/invalid for a cycle or a base that is not an object.
 */
export async function resolveBases(
  config: unknown,
  load: (name: string) => Promise<unknown>,
  seen: readonly string[] = [],
): Promise<unknown> {
  if (!isObject(config) || config['base'] === undefined) return config
  const { base, ...own } = config
  const names = typeof base === 'string' ? [base] : base
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new AppError('config/invalid', 'base: a name or a list of names is expected', { path: 'base' })
  let merged: unknown = {}
  for (const name of names) {
    if (seen.includes(name))
      throw new AppError('config/invalid', `base: ${[...seen, name].join(' -> ')} goes round in a circle`, { path: 'base' })
    merged = mergeConfig(merged, await resolveBases(await load(name), load, [...seen, name]))
  }
  return mergeConfig(merged, own)
}

/**
 * Applies one `--set a.b.0.c=value`. The value is read as JSON when it is JSON, else as text; a number is an index into an existing list.
 * Whether the key exists is decided by parseTrainConfig afterwards. Errors: config/invalid for a bad form or an index outside the list.
 */
export function setByPath(config: unknown, assignment: string): unknown {
  const at = assignment.indexOf('=')
  const path = assignment.slice(0, at).trim()
  const keys = path.split('.')
  if (at < 1 || keys.some((key) => key === '' || forbidden.has(key)))
    throw new AppError('config/invalid', `--set ${assignment}: the form is path=value`, {
      path: assignment,
      message: 'the form is path=value',
    })
  return put(config, keys, parseValue(assignment.slice(at + 1).trim()), path)
}

function put(node: unknown, keys: readonly string[], value: unknown, path: string): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(node)) {
    const index = Number(key)
    if (!Number.isInteger(index) || index < 0 || index >= node.length)
      throw new AppError('config/invalid', `${path}: the list has ${node.length} entries, "${key}" is none of them`, { path })
    return node.map((entry: unknown, i) => (i === index ? put(entry, rest, value, path) : entry))
  }
  if (node !== undefined && !isObject(node)) throw new AppError('config/invalid', `${path}: "${key}" lies below a plain value`, { path })
  return { ...node, [key]: put(node?.[key], rest, value, path) }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
