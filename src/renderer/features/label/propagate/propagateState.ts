import { computed, ref } from 'vue'
import { mostEdits } from '../../../../shared/model/annotation.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { followers } from '../place.ts'
import { useLabel } from '../labelStore.ts'

/** Whether the dialog is open; the command and the menu open it. */
export const propagateOpen = ref(false)

/** The dialog that copies the selection into the following pictures; the job tells what it did. */
export function usePropagate() {
  const label = useLabel()
  const datasets = useDatasets()
  const pictures = ref(10)
  const skipDone = ref(true)
  const starting = ref(false)
  /** Too much for one go is said before it begins. */
  const tooMany = computed(() => label.ticks.selection >= 0 && label.editor.selection.size > mostEdits)
  const left = computed(() => followers(label.place))

  async function start(): Promise<void> {
    const { item, editor } = label
    if (!item || starting.value || editor.selection.size === 0) return
    const annotationIds = [...editor.selection]
    const [itemId, filter] = [item.id, { ...datasets.filter }]
    starting.value = true
    const started = await attempt(async () => {
      // What was drawn last is copied as it is.
      await label.settled()
      await pageClient().annotations.propagate({ itemId, annotationIds, filter, pictures: pictures.value, skipDone: skipDone.value })
    })
    starting.value = false
    if (started) propagateOpen.value = false
  }
  return { pictures, skipDone, starting, left, tooMany, start }
}
