import { computed, ref, shallowRef } from 'vue'
import { t } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { pageClient } from '../../../stores/link.ts'
import { reportError } from '../../../stores/report.ts'
import { useStudio } from '../../../stores/studio.ts'
import { showToast } from '../../../ui/toasts.ts'
import { newId } from '../editing.ts'
import { useLabel } from '../labelStore.ts'
import { propagate, takeBack, type Propagated } from './propagate.ts'

/** Whether the dialog is open; the command and the menu open it. */
export const propagateOpen = ref(false)

/** The dialog that copies the selection into the following pictures. */
export function usePropagate() {
  const label = useLabel()
  const datasets = useDatasets()
  const studio = useStudio()
  const pictures = ref(10)
  const skipDone = ref(true)
  const running = shallowRef<{ readonly done: number; readonly total: number; readonly stop: AbortController } | null>(null)
  const left = computed(() => Math.max(0, label.place.total - label.place.index - 1))

  const ports = { client: pageClient, slot: () => studio.client, newId }

  function tell({ pictures: count, objects, skipped, known }: Propagated): void {
    const facts = [
      t('propagate.done', { n: count, objects }, count),
      ...(skipped > 0 ? [t('propagate.skipped', {}, skipped)] : []),
      ...(known > 0 ? [t('propagate.known', {}, known)] : []),
    ].join(' ')
    const undo = (): void => {
      void takeBack(count, ports)
        .then((taken) => {
          label.say(t('propagate.takenBack', {}, taken))
          return label.reload()
        })
        .catch(reportError)
    }
    showToast(
      count > 0 ? { tone: 'done', text: facts, action: { label: t('propagate.undoAll'), run: undo } } : { tone: 'info', text: facts },
    )
  }

  async function start(): Promise<void> {
    const { item, editor } = label
    if (!item || running.value || editor.selection.size === 0) return
    const stop = new AbortController()
    const records = editor.selected
    running.value = { done: 0, total: pictures.value, stop }
    try {
      // What was drawn last must be in the journal before the copies are, or undo would go the wrong way.
      await label.settled()
      const progress = (done: number, total: number): void => void (running.value = { done, total, stop })
      const input = { from: item, filter: { ...datasets.filter }, records, pictures: pictures.value, skipDone: skipDone.value }
      tell(await propagate(input, { ...ports, progress, signal: stop.signal }))
      await label.reload()
      propagateOpen.value = false
    } catch (error) {
      reportError(error)
    } finally {
      running.value = null
    }
  }
  return { pictures, skipDone, running, left, start }
}
