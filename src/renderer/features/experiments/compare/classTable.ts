import type { ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import type { ClassDeltaRow } from '../../../../shared/comparison/classDeltas.ts'
import type { SortValue } from '../../../ui/sort.ts'

export type Which = 'best' | 'last'
export const tablesOf = (compared: readonly ComparedRun[], which: Which): ComparedRun['tables']['best'][] =>
  compared.map(({ tables }) => tables[which])

/** Between the best and the worst run; null where fewer than two know it. */
export function spreadOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 1 ? Math.max(...known) - Math.min(...known) : null
}

/** 'order', 'name', 'spread', 'value 2' or 'delta 2' of a row. */
export function sortValue(row: ClassDeltaRow & { readonly order: number }, column: string): SortValue {
  if (column === 'order') return row.order
  if (column === 'name') return row.name
  if (column === 'spread') return spreadOf(row.values)
  const [what, run] = column.split(' ')
  return (what === 'delta' ? row.deltas : row.values)[Number(run)] ?? null
}

/** How a difference reads: what is not seen in two decimals is none. */
export function deltaKind(delta: number): 'better' | 'worse' | 'equal' {
  if (Math.abs(delta) < 0.00005) return 'equal'
  return delta > 0 ? 'better' : 'worse'
}

const headLetters = 20

/** A name as the head of a narrow column. */
export const headTitle = (title: string): string => (title.length > headLetters ? `${title.slice(0, headLetters - 1).trimEnd()}…` : title)
