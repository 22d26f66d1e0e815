import { onScopeDispose, ref, watch } from 'vue'
import type { Pace } from '../../../shared/model/pace.ts'
import { pageClient } from '../../stores/link.ts'
import { useStudio } from '../../stores/studio.ts'

/** Edits come in bursts, and without any the rest of the day still passes. */
const soonMs = 5_000
const oftenMs = 60_000

const dayStart = (): number => new Date().setHours(0, 0, 0, 0)

/** The pace of a dataset, read again a little after changes and every minute; null until it is known. */
export function usePace(datasetId: () => string) {
  const studio = useStudio()
  const pace = ref<Pace | null>(null)
  let waiting: ReturnType<typeof setTimeout> | null = null
  let asked = 0

  async function read(): Promise<void> {
    const mine = ++asked
    // A number at the edge of the frame: while it cannot be read, the last one stands, and every page says that the link is down.
    const answer = await pageClient()
      .datasets.pace({ datasetId: datasetId(), dayStart: dayStart() })
      .catch(() => null)
    if (mine === asked && answer) pace.value = answer
  }
  function readSoon(): void {
    waiting ??= setTimeout(() => {
      waiting = null
      void read()
    }, soonMs)
  }
  const leave = studio.onEvent((event) => {
    if (event.type === 'annotations' || (event.type === 'items' && event.datasetId === datasetId())) readSoon()
  })
  const ticking = setInterval(() => !document.hidden && readSoon(), oftenMs)
  watch(
    datasetId,
    () => {
      pace.value = null
      void read()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    leave()
    clearInterval(ticking)
    if (waiting) clearTimeout(waiting)
    asked++
  })
  return { pace, read }
}
