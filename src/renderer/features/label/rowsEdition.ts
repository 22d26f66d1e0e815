import { ref, watch, type Ref } from 'vue'
import { afterPaint } from '../../ui/afterPaint.ts'

/** More rows than this are read again when the canvas shows the change already. */
const mostAtOnce = 500

/** Counts the times that a list of so many rows should be read again: at once while it is short, else once per frame and after it. */
export function rowsEdition(changes: () => number, rows: () => number): Readonly<Ref<number>> {
  const edition = ref(0)
  let isWaiting = false
  const next = (): void => {
    isWaiting = false
    edition.value++
  }
  watch(
    changes,
    () => {
      if (rows() <= mostAtOnce) next()
      else if (!isWaiting) {
        isWaiting = true
        afterPaint(next)
      }
    },
    { flush: 'sync' },
  )
  return edition
}
