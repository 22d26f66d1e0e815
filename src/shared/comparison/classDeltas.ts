import type { ClassTable } from '../model/run.ts'
import { uniteClasses } from './classMatch.ts'

/** One class across runs. `values` are null where a run does not know the class or never met it. */
export interface ClassDeltaRow {
  readonly name: string
  readonly color: string
  readonly values: readonly (number | null)[]
  /** Value minus the baseline's; null where one of them is. */
  readonly deltas: readonly (number | null)[]
  /** The run's list has the class at all. */
  readonly known: readonly boolean[]
}

export interface ClassDeltas {
  readonly rows: readonly ClassDeltaRow[]
  readonly means: readonly (number | null)[]
  readonly meanDeltas: readonly (number | null)[]
}

/** One column ('IoU', 'Acc'…) of several class tables against one of them; a run without a table stands with nothing. */
export function classDeltas(tables: readonly (ClassTable | null)[], baseline: number, column: string): ClassDeltas {
  const lists = tables.map((table) => (table?.rows ?? []).map(({ classId, name, color }) => ({ id: classId, name, color })))
  const { classes, index } = uniteClasses(lists)
  const at = tables.map((table) => table?.columns.indexOf(column) ?? -1)
  const rows = classes.map(({ name, color }, k): ClassDeltaRow => {
    const own = index.map((places) => places.indexOf(k))
    const values = tables.map((table, run) => table?.rows[own[run]!]?.values[at[run]!] ?? null)
    return { name, color, values, deltas: values.map((value) => minus(value, values[baseline])), known: own.map((place) => place >= 0) }
  })
  const means = tables.map((_, run) => mean(rows.map(({ values }) => values[run] ?? null)))
  return { rows, means, meanDeltas: means.map((value) => minus(value, means[baseline])) }
}

const minus = (a: number | null, b: number | null | undefined): number | null =>
  a === null || b === null || b === undefined ? null : a - b

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : null
}

/** The columns that at least one of the tables has. */
export const columnsOf = (tables: readonly (ClassTable | null)[]): string[] => [...new Set(tables.flatMap((table) => table?.columns ?? []))]

/**
 * Confusion of several tables on one list of classes, as shares of the truth, and a run's shares minus the baseline's (null: the class never
 * occurred in one of them). Null for a run whose table has no counts.
 */
export function confusionShares(tables: readonly (ClassTable | null)[]): {
  readonly names: readonly string[]
  readonly shares: readonly ((number | null)[][] | null)[]
} {
  const lists = tables.map((table) => (table?.rows ?? []).map(({ classId, name, color }) => ({ id: classId, name, color })))
  const { classes, index } = uniteClasses(lists)
  const shares = tables.map((table, run) => {
    const counts = table?.confusion
    if (!counts || counts.length !== table.rows.length) return null
    const out = classes.map(() => classes.map((): number | null => null))
    counts.forEach((row, truth) => {
      const total = row.reduce((a, b) => a + b, 0)
      row.forEach((count, answer) => {
        const [t, a] = [index[run]![truth], index[run]![answer]]
        if (t !== undefined && a !== undefined) out[t]![a] = total > 0 ? count / total : null
      })
    })
    return out
  })
  return { names: classes.map(({ name }) => name), shares }
}

/** Cell by cell; null where one side has none. */
export const subtractShares = (
  of: readonly (readonly (number | null)[])[],
  baseline: readonly (readonly (number | null)[])[],
): (number | null)[][] => of.map((row, r) => row.map((value, c) => minus(value, baseline[r]?.[c])))
