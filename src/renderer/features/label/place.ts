import type { PageClient } from '../../../shared/api/page/contract.ts'

/** Where the open picture stands in the filtered list. One that the filter does not show stands before the picture at its index. */
export type Place = Awaited<ReturnType<PageClient['items']['neighbours']>>
export const nowhere: Place = { index: -1, total: 0, listed: false, previous: null, next: null }

/** How many pictures of the list follow. */
export const followers = ({ index, total, listed }: Place): number => Math.max(0, total - index - (listed || index < 0 ? 1 : 0))

/** The place in the list so many pictures on, at most its first or last. */
export function offsetFrom({ index, total, listed }: Place, by: number): number {
  const target = index + by - (by > 0 && !listed ? 1 : 0)
  return Math.max(0, Math.min(total - 1, target))
}
