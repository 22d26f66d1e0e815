/** Values of a plain config by dotted path; a number is an index into a list. */
export type Config = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function readPath(config: unknown, path: string): unknown {
  let at: unknown = config
  for (const key of path.split('.')) {
    if (Array.isArray(at)) at = at[Number(key)] as unknown
    else if (isRecord(at)) at = at[key]
    else return undefined
  }
  return at
}

/** A copy with one value set, or taken out when it is undefined. */
export function writePath(config: Config, path: string, value: unknown): Config {
  return write(config, path.split('.'), value) as Config
}

function write(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(node)) return node.map((item: unknown, i) => (i === Number(key) ? write(item, rest, value) : item))
  const next: Record<string, unknown> = isRecord(node) ? { ...node } : {}
  const inner = write(next[key], rest, value)
  if (inner === undefined) delete next[key]
  else next[key] = inner
  return next
}
