import type { ClassRecord } from '../../../shared/model/dataset.ts'

type Named = Pick<ClassRecord, 'id' | 'name'>

const longestName = 200

/** A name without what one mistypes: capitals and blanks. */
const folded = (name: string): string => name.toLowerCase().replaceAll(/\s+/g, '')

export interface ClassChoices<T> {
  /** The class of that very name first, then those that differ by case or blanks, then those that contain what is typed. */
  readonly found: readonly T[]
  /** The name of the class that can be created; null: there is one of that name, or it is none. */
  readonly fresh: string | null
  /** The class from which that one would differ only by case or blanks. */
  readonly alike: T | null
}

/** What can be chosen, and created, by the name that is typed. */
export function classChoices<T extends Named>(classes: readonly T[], typed: string): ClassChoices<T> {
  const name = typed.trim()
  if (name === '') return { found: classes, fresh: null, alike: null }
  const likeness = (record: T): number =>
    record.name === name ? 0 : folded(record.name) === folded(name) ? 1 : record.name.toLowerCase().includes(name.toLowerCase()) ? 2 : 3
  const found = classes.filter((record) => likeness(record) < 3).sort((a, b) => likeness(a) - likeness(b))
  const [best] = found
  const exact = best !== undefined && likeness(best) === 0
  return {
    found,
    fresh: exact || name.length > longestName ? null : name,
    alike: best !== undefined && likeness(best) === 1 ? best : null,
  }
}
