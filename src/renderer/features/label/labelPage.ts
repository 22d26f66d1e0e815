import { onBeforeUnmount, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Id } from '../../../shared/model/ids.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { t } from '../../i18n/i18n.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { showToast } from '../../ui/toasts.ts'
import type { LabelMoves } from './commands/command.ts'
import { useLabel } from './labelStore.ts'
import { offsetFrom } from './place.ts'
import { leaveAside } from './trouble/leaveAside.ts'
import { useWalk } from './review/walk.ts'

/** Keeps address and open image in step, and leads from image to image; `toCanvas` gives the canvas the focus. */
export function useLabelPage(toCanvas: () => void) {
  const label = useLabel()
  const datasets = useDatasets()
  const route = useRoute()
  const router = useRouter()

  /** False, and said, while a stroke is being drawn: it could not be gone on with. */
  function mayLeave(): boolean {
    if (label.tools.stroking) showToast({ tone: 'info', text: t('drafts.stroking') })
    return !label.tools.stroking
  }

  /** False: the picture stays. */
  function go(itemId: Id | null): boolean {
    if (itemId === null || !mayLeave()) return false
    void router.replace(`/label/${itemId}`)
    return true
  }

  const goOrRest = (itemId: Id | null): void => void (itemId === null ? router.replace('/label') : go(itemId))

  async function follow(): Promise<void> {
    const itemId = route.params['itemId']
    if (typeof itemId === 'string' && itemId !== '') await label.open(itemId)
    else if (datasets.loaded) go(await label.firstItem())
  }
  const followSafely = (): void => void follow().catch(reportError)
  watch([() => route.params['itemId'], () => datasets.loaded, () => datasets.currentId], followSafely, { immediate: true })
  watch(
    () => label.wanted,
    (wanted) => wanted && go(wanted.itemId),
  )

  async function jump(by: number): Promise<void> {
    const { item, place } = label
    if (!item || place.index < 0) return
    const offset = offsetFrom(place, by)
    const window = await pageClient().items.window({ datasetId: item.datasetId, filter: { ...datasets.filter }, offset, limit: 1 })
    if (label.item?.id === item.id) go(window.items[0]?.id ?? null)
  }

  const walk = useWalk(go)
  /** The reason is being asked for. */
  const rejecting = ref(false)
  // What it was about to be said of is no longer on show; the words are kept with it.
  watch(
    () => label.item?.id,
    () => (rejecting.value = false),
  )
  const rejected = (reason: string, keeps: () => boolean): Promise<boolean> => walk.setAndGoOn('rejected', reason, keeps)
  const moves: LabelMoves = {
    next: () => void go(label.place.next),
    previous: () => void go(label.place.previous),
    jump: (by) => void jump(by).catch(reportError),
    setAside: () => void leaveAside(label, goOrRest).catch(reportError),
    pasteIntoNext() {
      if (!mayLeave()) return
      label.pasteNext()
      go(label.place.next)
    },
    doneAndNext: () => void walk.setAndGoOn('done'),
    accept: () => void walk.setAndGoOn('reviewed'),
    reject: () => void (rejecting.value = label.item !== null),
    nextByRule: () => void walk.step('next').catch(reportError),
    previousByRule: () => void walk.step('previous').catch(reportError),
    toCanvas,
  }

  /** What is being drawn is kept over a reload. */
  const keepDrawing = (): void => label.tools.setAside()
  window.addEventListener('pagehide', keepDrawing)
  onBeforeUnmount(() => {
    window.removeEventListener('pagehide', keepDrawing)
    label.tools.setAside()
  })

  return { label, datasets, moves, rejecting, rejected, go, retry: followSafely }
}
