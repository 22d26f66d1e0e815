import { computed, ref, type ComputedRef, type Ref } from 'vue'

export type SortValue = string | number | null

export interface SortState<C extends string> {
  readonly column: C
  readonly descending: boolean
}

/** Unknown values come last in both directions; equal ones keep their order. */
export function compareValues(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true })
  return descending ? -order : order
}

export function useSort<R, C extends string>(
  rows: () => readonly R[],
  read: (row: R, column: C) => SortValue,
  initial: SortState<C>,
): { sorted: ComputedRef<R[]>; state: Ref<SortState<C>>; by: (column: C) => void } {
  const state = ref(initial) as Ref<SortState<C>>
  const sorted = computed(() =>
    [...rows()].sort((a, b) => compareValues(read(a, state.value.column), read(b, state.value.column), state.value.descending)),
  )
  return {
    sorted,
    state,
    by: (column) => (state.value = { column, descending: state.value.column === column ? !state.value.descending : false }),
  }
}

/** Rows as tab-separated text, as spreadsheets paste it. */
export function tableText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell).replace(/[\t\n]/g, ' '))).join('\t')).join('\n')
}
