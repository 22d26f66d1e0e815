import { ref, watch } from 'vue'
import type { Item } from '../../../shared/model/item.ts'

/** What the grid shows: pictures by place, of `total`; those that are still being read are absent. */
interface Shown {
  readonly total: number
  readonly items: ReadonlyMap<number, Item>
}

/** Opens the picture at a place, as soon as it is known which one that is; `forget` and another list take the wish back. */
export function openWhenKnown(shown: () => Shown, opened: (item: Item) => void): { open: (index: number) => void; forget: () => void } {
  const wanted = ref<number | null>(null)
  const known = (): Item | undefined => (wanted.value === null ? undefined : shown().items.get(wanted.value))
  const forget = (): void => void (wanted.value = null)
  watch(
    known,
    (item) => {
      if (!item) return
      forget()
      opened(item)
    },
    { flush: 'sync' },
  )
  watch(() => shown().total, forget, { flush: 'sync' })
  return { open: (index) => (wanted.value = index), forget }
}
