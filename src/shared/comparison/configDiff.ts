type Config = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** One value of one config. */
export interface Leaf {
  readonly path: string
  /** undefined: nothing is written there, and there is no default. */
  readonly value: unknown
  /** It is written nowhere: the value is the default. */
  readonly unset?: boolean
}

/** One setting across runs; null where a run has no such setting (another component, another part). */
export interface ConfigDiffRow {
  /** The path with components by type instead of number: 'loss[dice].weight', 'data.train[Pad 2].size'. */
  readonly key: string
  readonly leaves: readonly (Leaf | null)[]
  readonly differs: boolean
}

/** Entries of a list are components when each has a type. */
const isComponentList = (value: unknown): value is readonly { type: string }[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => isRecord(entry) && typeof entry['type'] === 'string')

/** Every value of a config by dotted path; a list of components is first itself, by the types of its entries, then the values of each. */
export function configLeaves(config: Config): Leaf[] {
  return [...leavesOf(config, '')]
}

function* leavesOf(value: unknown, path: string): Generator<Leaf> {
  if (isComponentList(value)) yield { path, value: value.map(({ type }) => type) }
  const entries = isRecord(value)
    ? Object.entries(value)
    : isComponentList(value)
      ? value.map((entry, i) => [String(i), entry] as const)
      : []
  const inner = entries.filter(([key, entry]) => entry !== undefined && !(key === 'type' && /\.\d+$/.test(path)))
  if (entries.length === 0 && path !== '') yield { path, value }
  for (const [key, entry] of inner) yield* leavesOf(entry, path === '' ? key : `${path}.${key}`)
}

/** The path of a value with its component named by type, and counted where a list holds several of one type. */
export function alignedKey(config: Config, path: string): string {
  let at: unknown = config
  let key = ''
  for (const part of path.split('.')) {
    if (isComponentList(at) && /^\d+$/.test(part)) {
      const type = at[Number(part)]?.type ?? part
      const place = at.slice(0, Number(part)).filter((entry) => entry.type === type).length
      key += place === 0 ? `[${type}]` : `[${type} ${place + 1}]`
      at = at[Number(part)]
      continue
    }
    key += key === '' ? part : `.${part}`
    at = isRecord(at) ? at[part] : Array.isArray(at) ? (at[Number(part)] as unknown) : undefined
  }
  return key
}

/** The settings of several configs side by side: components of a list stand beside those of the same type, whatever their number is. */
export function diffConfigs(runs: readonly { readonly config: Config; readonly leaves: readonly Leaf[] }[]): ConfigDiffRow[] {
  const rows = new Map<string, (Leaf | null)[]>()
  const order: string[] = []
  runs.forEach(({ config, leaves }, run) => {
    let before = -1
    for (const leaf of leaves) {
      const key = alignedKey(config, leaf.path)
      let row = rows.get(key)
      if (!row) {
        row = runs.map(() => null)
        rows.set(key, row)
        // A setting that only a later run has stands after the one it follows there.
        order.splice(before + 1, 0, key)
        before += 1
      } else before = order.indexOf(key, before >= 0 && order[before + 1] === key ? before + 1 : 0)
      row[run] = leaf
    }
  })
  return order.map((key) => {
    const leaves = rows.get(key)!
    const texts = leaves.map((leaf) => (leaf ? (stable(leaf.value) ?? '') : null))
    return { key, leaves, differs: texts.some((text) => text !== texts[0]) }
  })
}

/** Whether a leaf says something else than the baseline's. */
export const sameValue = (a: Leaf | null | undefined, b: Leaf | null | undefined): boolean =>
  a && b ? stable(a.value) === stable(b.value) : !a && !b

/** The order of keys says nothing. */
function stable(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}
