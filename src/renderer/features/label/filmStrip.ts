import { computed, onScopeDispose } from 'vue'
import type { Id } from '../../../shared/model/ids.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useStudio } from '../../stores/studio.ts'
import { remembered } from '../../ui/resize.ts'
import { useItemPages } from '../datasets/itemPages.ts'
import { useLabel } from './labelStore.ts'

/** The filtered list of the dataset around the open image. */
export function useFilmStrip() {
  const label = useLabel()
  const datasets = useDatasets()
  const studio = useStudio()
  const pages = useItemPages(
    () => label.item?.datasetId ?? datasets.currentId,
    () => ({ ...datasets.filter }),
  )
  const open = remembered('label.strip', 1, 0, 1)
  const shown = computed(() => open.value.value === 1)
  onScopeDispose(
    studio.onEvent((event) => {
      if (event.type === 'annotations' || event.type === 'comments') void pages.refreshItem(event.itemId).catch(() => undefined)
      if (event.type === 'items' && event.datasetId === label.item?.datasetId) void pages.refresh()
    }),
  )

  /** Where a key leads: an id, null when there is nothing that way, undefined for other keys. */
  function step(key: string): Id | null | undefined {
    const { next, previous } = label.place
    if (key === 'ArrowRight') return next
    if (key === 'ArrowLeft') return previous
    if (key === 'Home') return pages.items.value.get(0)?.id ?? null
    return undefined
  }
  return { label, pages, shown, toggle: () => open.keep(shown.value ? 0 : 1), step }
}
