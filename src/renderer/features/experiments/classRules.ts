import { t } from '../../i18n/i18n.ts'
import { isRecord } from './configPath.ts'

/** Classes that become one: what it is called, and which they are. While it is edited either may be missing. */
export interface MergeGroup {
  readonly into: string
  readonly from: readonly string[]
}

const namesIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [])

/** The groups of a `data.classes.merge`, in the order they were written. */
export const groupsOf = (merge: unknown): MergeGroup[] =>
  isRecord(merge) ? Object.entries(merge).map(([into, from]) => ({ into, from: namesIn(from) })) : []

/** The groups as the config has them; a group without a name or a class, or one name for two groups, is a problem. */
export function mergeOf(
  groups: readonly MergeGroup[],
): { readonly value: Readonly<Record<string, readonly string[]>> } | { readonly problem: string } {
  const merge = new Map<string, readonly string[]>()
  for (const { into, from } of groups) {
    const name = into.trim()
    if (name === '') return { problem: t('config.classes.needsName') }
    if (from.length === 0) return { problem: t('config.classes.needsClasses', { name }) }
    if (merge.has(name)) return { problem: t('config.classes.sameName', { name }) }
    merge.set(name, from)
  }
  return { value: Object.fromEntries(merge) }
}

/** Classes that group `n` can still take: those of the dataset that no group has, and that no other group is called. */
export function freeFor(groups: readonly MergeGroup[], n: number, classes: readonly string[]): string[] {
  const taken = new Set(groups.flatMap(({ into, from }, i) => (i === n ? from : [...from, into])))
  return classes.filter((name) => !taken.has(name))
}

/** The classes that are left once the rules before include and exclude have been applied: the first one dropped, others merged. */
export function mergedNames(classes: readonly string[], rules: unknown): string[] {
  const { reduceZeroLabel, merge } = isRecord(rules) ? rules : {}
  const target = new Map(groupsOf(merge).flatMap(({ into, from }) => from.map((name): [string, string] => [name, into])))
  const left = reduceZeroLabel === true ? classes.slice(1) : classes
  return [...new Set(left.map((name) => target.get(name) ?? name))]
}

/** 'round = disc + ring'. */
export const mergeText = (merge: unknown): string =>
  groupsOf(merge)
    .map(({ into, from }) => `${into} = ${from.join(' + ')}`)
    .join(' · ')
