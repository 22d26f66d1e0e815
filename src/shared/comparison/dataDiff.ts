import type { KnownClass } from './classMatch.ts'

/** One picture as a run saw it; `image` and `labels` name contents, and are null where the run does not say. */
export interface SeenItem {
  readonly id: string
  readonly name: string
  readonly splits: readonly string[]
  readonly image: string | null
  readonly labels: string | null
}

/** What a run trained and validated on. */
export interface SeenData {
  readonly hash: string
  readonly datasetId: string
  readonly classes: readonly KnownClass[]
  readonly items: readonly SeenItem[]
}

export interface ClassChange {
  readonly name: string
  /** The name, colour or place it has in the baseline. */
  readonly before: string | number
  readonly now: string | number
}

/** How the data of a run differ from the baseline's; lists of names are whole. */
export interface DataDiff {
  /** They are the same to the last pixel and label. */
  readonly same: boolean
  readonly onlyInBaseline: readonly string[]
  readonly onlyHere: readonly string[]
  /** In both, with another picture or other annotations. */
  readonly changedPictures: readonly string[]
  readonly changedLabels: readonly string[]
  /** In both, but what was stored does not tell whether they changed. */
  readonly unknown: number
  readonly moved: readonly { readonly name: string; readonly from: readonly string[]; readonly to: readonly string[] }[]
  readonly classes: {
    readonly added: readonly string[]
    readonly missing: readonly string[]
    readonly renamed: readonly ClassChange[]
    readonly recoloured: readonly ClassChange[]
    /** The place in the list, which is the number a network gives the class. */
    readonly renumbered: readonly ClassChange[]
  }
}

/** Items are the same by id, else by name where both have the name once. */
export function diffData(baseline: SeenData, other: SeenData): DataDiff {
  const classes = diffClasses(baseline.classes, other.classes)
  if (baseline.hash !== '' && baseline.hash === other.hash) return { ...nothing, same: true, classes }
  const match = matcher(baseline.items)
  const met = new Set<SeenItem>()
  const pairs: [SeenItem, SeenItem][] = []
  const onlyHere: string[] = []
  for (const item of other.items) {
    const before = match(item)
    if (!before || met.has(before)) onlyHere.push(item.name)
    else {
      met.add(before)
      pairs.push([before, item])
    }
  }
  const differs = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b
  const unsure = ([a, b]: [SeenItem, SeenItem]): boolean => a.image === null || b.image === null || a.labels === null || b.labels === null
  return {
    same: false,
    onlyInBaseline: baseline.items.filter((item) => !met.has(item)).map(({ name }) => name),
    onlyHere,
    changedPictures: pairs.filter(([a, b]) => differs(a.image, b.image)).map(([, { name }]) => name),
    changedLabels: pairs.filter(([a, b]) => differs(a.labels, b.labels)).map(([, { name }]) => name),
    unknown: pairs.filter((pair) => unsure(pair) && !differs(pair[0].labels, pair[1].labels)).length,
    moved: pairs
      .filter(([a, b]) => [...a.splits].sort().join('\n') !== [...b.splits].sort().join('\n'))
      .map(([a, b]) => ({ name: b.name, from: a.splits, to: b.splits })),
    classes,
  }
}

const nothing = { onlyInBaseline: [], onlyHere: [], changedPictures: [], changedLabels: [], unknown: 0, moved: [] } as const

function matcher(items: readonly SeenItem[]): (item: SeenItem) => SeenItem | undefined {
  const byId = new Map(items.map((item) => [item.id, item]))
  const byName = new Map<string, SeenItem | null>()
  for (const item of items) byName.set(item.name, byName.has(item.name) ? null : item)
  return (item) => byId.get(item.id) ?? byName.get(item.name) ?? undefined
}

/** Classes are the same by id, else by name. */
export function diffClasses(baseline: readonly KnownClass[], other: readonly KnownClass[]): DataDiff['classes'] {
  const byId = new Map(baseline.flatMap((entry, i) => (entry.id === null ? [] : [[entry.id, i] as const])))
  const byName = new Map(baseline.map(({ name }, i) => [name, i]))
  const found = other.map((entry) => (entry.id === null ? undefined : byId.get(entry.id)) ?? byName.get(entry.name))
  const pairs = other.flatMap((now, i) => {
    const at = found[i]
    return at === undefined ? [] : [{ now, before: baseline[at]!, from: at, to: i }]
  })
  return {
    added: other.filter((_, i) => found[i] === undefined).map(({ name }) => name),
    missing: baseline.filter((_, i) => !found.includes(i)).map(({ name }) => name),
    renamed: pairs.flatMap(({ now, before }) => (now.name === before.name ? [] : [{ name: now.name, before: before.name, now: now.name }])),
    recoloured: pairs.flatMap(({ now, before }) =>
      now.color.toLowerCase() === before.color.toLowerCase() ? [] : [{ name: now.name, before: before.color, now: now.color }],
    ),
    renumbered: pairs.flatMap(({ now, from, to }) => (from === to ? [] : [{ name: now.name, before: from, now: to }])),
  }
}

/** Pictures per split, in the order in which splits are met. */
export function splitCounts(items: readonly SeenItem[]): { name: string; items: number }[] {
  const counts = new Map<string, number>()
  for (const { splits } of items) for (const split of new Set(splits)) counts.set(split, (counts.get(split) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, items: count }))
}
