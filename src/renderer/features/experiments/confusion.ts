import type { ClassTable } from '../../../shared/model/run.ts'

/** Shares of the truth (a row sums to 1: what became of it) or of the answers (a column sums to 1: what they really were). */
export type Normalised = 'truth' | 'answer'

export interface ConfusionView {
  readonly names: readonly string[]
  readonly colors: readonly string[]
  /** 0..1, null where nothing was there to divide. */
  readonly shares: readonly (readonly (number | null)[])[]
  readonly counts: readonly (readonly number[])[]
}

/** One confusion of two classes. */
export interface Confused {
  readonly truth: string
  readonly answer: string
  readonly count: number
  readonly share: number
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Null for a table without counts. */
export function confusionView({ rows, confusion }: ClassTable, by: Normalised): ConfusionView | null {
  if (!confusion || confusion.length !== rows.length) return null
  const rowTotals = confusion.map(sum)
  const columnTotals = rows.map((_, c) => sum(confusion.map((row) => row[c] ?? 0)))
  const shares = confusion.map((row, r) =>
    row.map((count, c) => {
      const total = (by === 'truth' ? rowTotals[r] : columnTotals[c]) ?? 0
      return total > 0 ? count / total : null
    }),
  )
  return { names: rows.map(({ name }) => name), colors: rows.map(({ color }) => color), shares, counts: confusion }
}

/** The confusions that cost most, by how much was confused; what is right is left out. */
export function mostConfused(view: ConfusionView, count: number): Confused[] {
  return view.counts
    .flatMap((row, r) => row.flatMap((value, c) => (r === c || value === 0 ? [] : [{ r, c, value }])))
    .sort((a, b) => b.value - a.value)
    .slice(0, count)
    .map(({ r, c, value }) => ({
      truth: view.names[r] ?? '',
      answer: view.names[c] ?? '',
      count: value,
      share: view.shares[r]?.[c] ?? 0,
    }))
}
