import { computed, onScopeDispose, ref, watch } from 'vue'
import type { ComparedPictures } from '../../../../shared/api/page/comparisons.ts'
import { runLayerUrl, truthUrl } from './layers.ts'
import type { PictureRow } from './pictureRows.ts'

/** One side of the stage: nothing, the truth, or what a run says ('prediction 2', 'verdict 2'). */
export type Side = string

export const sideUrl = (set: ComparedPictures, side: Side, n: number): string | null => {
  if (side === 'plain') return null
  if (side === 'truth') return truthUrl(set, n)
  const [layer, run] = side.split(' ')
  return runLayerUrl(set, Number(run), n, layer === 'verdict' ? 'verdict' : 'prediction')
}

const flickerMs = 600

/** An enlarged picture: which one, its two sides, and how they are compared. */
export function usePictureViewer(options: { rows: () => readonly PictureRow[]; first: number; left: Side; right: Side }) {
  const n = ref(options.first)
  const left = ref<Side>(options.left)
  const right = ref<Side>(options.right)
  /** Percent of the width that the left side takes. */
  const wipe = ref(50)
  const flickers = ref(false)
  const turn = ref(false)
  const place = computed(() => options.rows().findIndex((row) => row.n === n.value))
  const row = computed(() => options.rows()[place.value] ?? null)

  function step(by: number): void {
    const next = options.rows()[place.value + by]
    if (next) n.value = next.n
  }
  let clock: ReturnType<typeof setInterval> | undefined
  watch(flickers, (on) => {
    clearInterval(clock)
    if (on) clock = setInterval(() => (turn.value = !turn.value), flickerMs)
  })
  onScopeDispose(() => clearInterval(clock))

  /** How much of the right side is cut away from the left, in percent. */
  const cut = computed(() => (flickers.value ? (turn.value ? 0 : 100) : wipe.value))
  function key(event: KeyboardEvent): void {
    // A slider and a list have arrow keys of their own.
    if (event.target instanceof HTMLInputElement || (event.target instanceof HTMLElement && event.target.role === 'combobox')) return
    if (event.key === 'ArrowLeft') step(-1)
    else if (event.key === 'ArrowRight') step(1)
    else if (event.key.toLowerCase() === 'f') flickers.value = !flickers.value
    else return
    event.preventDefault()
  }
  return { n, left, right, wipe, flickers, cut, place, row, step, key }
}
