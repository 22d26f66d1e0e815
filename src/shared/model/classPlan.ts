import { AppError } from '../errors.ts'
import type { ConfigRule, RuleFacts } from './config/rules.ts'
import { nearestName } from './nearest.ts'
import type { ClassRules } from './train/data/classRules.ts'

interface NamedClass {
  id: string
  name: string
  color: string
}

/** What a training learns: its classes in index order, and the index of every class of the dataset (255: void). */
export interface ClassPlan {
  classes: NamedClass[]
  /** By the class's name in the dataset. */
  index: Map<string, number>
}

export const noClassRules: ClassRules = { reduceZeroLabel: false, merge: {}, include: [], exclude: [] }

const bad = (path: string, message: string, rule: ConfigRule, facts: RuleFacts = {}, nearest: string | null = null) =>
  new AppError('config/invalid', `${path}: ${message}`, { path, message, rule, nearest, ...facts })

/**
 * Applies the class rules in this order: the first class is dropped (reduceZeroLabel), classes are merged (a merged class stands where its first
 * member stood), then include or exclude. Errors: config/invalid (a name the dataset does not have, nothing left, two places for one class).
 */
export function planClasses(all: readonly NamedClass[], rules: ClassRules): ClassPlan {
  const target = new Map(all.map(({ name }) => [name, name]))
  const requireName = (name: string, path: string, known: readonly string[]) => {
    if (known.includes(name)) return
    const nearest = nearestName(name, known) || null
    throw bad(path, `there is no class ${name}${nearest ? `; did you mean "${nearest}"?` : ''}`, 'unknownClass', { name }, nearest)
  }
  if (rules.reduceZeroLabel && all[0]) target.delete(all[0].name)
  for (const [to, from] of Object.entries(rules.merge)) {
    for (const name of from) {
      const path = `data.classes.merge.${to}`
      requireName(name, path, [...target.keys()])
      if (target.get(name) !== name)
        throw bad(path, `${name} is merged into ${target.get(name)!} already`, 'mergedTwice', { name, into: target.get(name)! })
      target.set(name, to)
    }
  }
  for (const to of Object.keys(rules.merge)) {
    const elsewhere = target.get(to)
    if (elsewhere !== undefined && elsewhere !== to)
      throw bad(`data.classes.merge.${to}`, `${to} itself is merged into ${elsewhere}`, 'mergedTwice', { name: to, into: elsewhere })
  }
  const merged = [...new Set(target.values())]
  for (const key of ['include', 'exclude'] as const) for (const name of rules[key]) requireName(name, `data.classes.${key}`, merged)
  if (rules.include.length > 0 && rules.exclude.length > 0)
    throw bad('data.classes.exclude', 'either include or exclude, not both', 'includeAndExclude')
  const kept = rules.include.length > 0 ? [...new Set(rules.include)] : merged.filter((name) => !rules.exclude.includes(name))
  if (kept.length === 0) throw bad('data.classes', 'no class is left', 'noClassLeft')
  const memberOf = (name: string) => all.find((entry) => entry.name === name) ?? all.find((entry) => target.get(entry.name) === name)!
  return {
    classes: kept.map((name) => ({ id: memberOf(name).id, name, color: memberOf(name).color })),
    index: new Map(
      all.map(({ name }) => {
        const at = kept.indexOf(target.get(name) ?? '')
        return [name, at < 0 ? 255 : at]
      }),
    ),
  }
}
