import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { CancelledError } from '../../../shared/errors.ts'
import type { Item, ItemFilter } from '../../../shared/model/item.ts'
import { pageClient } from '../../stores/link.ts'

/** Pictures are asked for in pages of this many. */
export const PAGE = 120

/** Pages that cover the places first..last. */
export function pagesOf(first: number, last: number): number[] {
  const pages: number[] = []
  for (let page = Math.floor(Math.max(0, first) / PAGE); page <= Math.floor(last / PAGE); page++) pages.push(page)
  return pages
}

/**
 * The filtered list of a dataset, of which only the pages that were looked at are in memory. A change of dataset or filter starts over;
 * answers to an older question are dropped. `refresh` reads the known pages again and keeps what is on show meanwhile.
 */
export function useItemPages(datasetId: () => string | null, filter: () => ItemFilter) {
  const total = ref<number | null>(null)
  /** A new map with every change: components that are handed it compare by identity. */
  const items = shallowRef<ReadonlyMap<number, Item>>(new Map())
  const error = shallowRef<unknown>(null)
  const asked = new Set<number>()
  let generation = 0

  async function load(page: number, stale: boolean): Promise<void> {
    const id = datasetId()
    if (id === null || (asked.has(page) && !stale)) return
    asked.add(page)
    const mine = generation
    try {
      const answer = await pageClient().items.window({ datasetId: id, filter: filter(), offset: page * PAGE, limit: PAGE })
      if (mine !== generation) return
      total.value = answer.total
      const next = new Map(items.value)
      for (let i = answer.offset; i < answer.offset + PAGE; i++) next.delete(i)
      answer.items.forEach((item, i) => next.set(answer.offset + i, item))
      items.value = next
      error.value = null
    } catch (cause) {
      asked.delete(page)
      if (mine === generation && !(cause instanceof CancelledError)) error.value = cause
    }
  }

  /** Makes sure the places first..last are being loaded. */
  function want(first: number, last: number): void {
    for (const page of pagesOf(first, Math.max(first, last))) void load(page, false)
  }

  function restart(): void {
    generation++
    asked.clear()
    items.value = new Map()
    total.value = null
    error.value = null
    want(0, 0)
  }

  async function refresh(): Promise<void> {
    generation++
    const known = [...asked]
    asked.clear()
    await Promise.all((known.length > 0 ? known : [0]).map((page) => load(page, true)))
  }

  /** Reads one picture again, e.g. after its annotations changed. */
  async function refreshItem(itemId: string): Promise<void> {
    for (const [index, item] of items.value)
      if (item.id === itemId) {
        const fresh = await pageClient().items.get({ itemId })
        if (items.value.get(index)?.id === itemId) items.value = new Map(items.value).set(index, fresh)
      }
  }

  /** Every id of the filtered list, at most `limit`. */
  async function allIds(limit: number): Promise<string[]> {
    const id = datasetId()
    const ids: string[] = []
    if (id === null) return ids
    for (let offset = 0; offset < Math.min(total.value ?? 0, limit); offset += 500) {
      const answer = await pageClient().items.window({ datasetId: id, filter: filter(), offset, limit: 500 })
      ids.push(...answer.items.map((item) => item.id))
      if (answer.items.length === 0) break
    }
    return ids.slice(0, limit)
  }

  watch([datasetId, () => JSON.stringify(filter())], restart, { immediate: true })
  onScopeDispose(() => generation++)
  return { total, items, error, want, restart, refresh, refreshItem, allIds }
}
