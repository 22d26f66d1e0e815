/** A rule on parameter names: `match` is a substring of the full name. */
export interface GroupRule {
  readonly match: string
  readonly lrMult: number
  readonly decayMult: number
}

export interface ParameterGroup {
  /** The rule's `match`, or '' for the tensors no rule names. */
  readonly match: string
  readonly lrMult: number
  readonly decayMult: number
  readonly names: readonly string[]
  readonly elements: number
}

interface Sized {
  readonly name: string
  readonly length: number
}

/**
 * Resolves rules once, before the first step. The longest `match` that is a substring of the name wins, ties alphabetical; the rest are
 * skipped (mmengine custom_keys, specs/segformer.md section 10). Rules that name nothing come back with zero names, so that they can be shown.
 */
export function resolveGroups(parameters: Iterable<Sized>, rules: readonly GroupRule[]): ParameterGroup[] {
  const ordered = [...rules].sort((a, b) => b.match.length - a.match.length || (a.match < b.match ? -1 : 1))
  const groups = new Map<GroupRule | null, { names: string[]; elements: number }>([
    [null, { names: [], elements: 0 }],
    ...rules.map((rule): [GroupRule, { names: string[]; elements: number }] => [rule, { names: [], elements: 0 }]),
  ])
  for (const { name, length } of parameters) {
    const group = groups.get(ordered.find((rule) => name.includes(rule.match)) ?? null)!
    group.names.push(name)
    group.elements += length
  }
  return [...groups].map(([rule, { names, elements }]) => ({
    match: rule?.match ?? '',
    lrMult: rule?.lrMult ?? 1,
    decayMult: rule?.decayMult ?? 1,
    names,
    elements,
  }))
}

/** One line per group: what the run prints before its first step. */
export function describeGroups(groups: readonly ParameterGroup[]): string[] {
  return groups.map(
    (g) =>
      `${g.match === '' ? '(no rule)' : g.match}: ${g.names.length} tensors, ${g.elements} values, lr x ${g.lrMult}, decay x ${g.decayMult}${g.names.length === 0 && g.match !== '' ? ' (matches nothing)' : ''}`,
  )
}
