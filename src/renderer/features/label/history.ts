import { watch } from 'vue'
import { pageClient } from '../../stores/link.ts'
import { useResource } from '../../stores/resource.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import { formatDateTime, formatTime } from '../../ui/format.ts'
import { useLabel } from './labelStore.ts'

/** The time of day for today's entries, the date as well for older ones. */
export const when = (atMs: number): string =>
  new Date(atMs).toDateString() === new Date().toDateString() ? formatTime(atMs) : formatDateTime(atMs)

const mostEntries = 200

/** The journal of the open image, newest first; read again after each entry that reached the disk. */
export function useHistory() {
  const label = useLabel()
  const studio = useStudio()
  const saves = useSaveState()
  const read = () => (label.item ? pageClient().annotations.history({ itemId: label.item.id, limit: mostEntries }) : Promise.resolve([]))
  const history = useResource(read, [() => label.item?.id])
  watch([() => saves.savedAt, () => saves.pending, () => label.ticks.records], () => saves.pending === 0 && void history.reload())
  return { label, studio, history }
}
