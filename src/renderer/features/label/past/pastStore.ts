import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { HistoryEntry } from '../../../../shared/model/history.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { noGhosts, type Ghost } from '../../../canvas/engine/ghosts.ts'
import { pageClient } from '../../../stores/link.ts'
import { reportError } from '../../../stores/report.ts'
import { useSaveState } from '../../../stores/saveState.ts'
import { useLabel } from '../labelStore.ts'

type ShapeChange = { readonly before: Annotation | null; readonly after: Annotation | null }

interface Viewed {
  /** Null: before the first entry. */
  readonly entry: HistoryEntry | null
  readonly shapes: readonly ShapeChange[]
}

const pageEntries = 100
const mostMarked = 50

/** The journal of the open image, read page by page, and the point of it that is looked at. */
export const usePast = defineStore('past', () => {
  const label = useLabel()
  const saves = useSaveState()
  const entries = shallowRef<readonly HistoryEntry[]>([])
  const complete = ref(false)
  const error = shallowRef<unknown>(null)
  const loaded = ref(false)
  const viewed = shallowRef<Viewed | null>(null)
  /** The object of that point which is asked about; null: none. */
  const picked = shallowRef<Annotation | null>(null)
  /** Grows with every list that is read afresh, so that late answers are dropped. */
  let asked = 0
  let loading = false

  const page = (itemId: Id, before: number | null) => pageClient().annotations.history({ itemId, before, limit: pageEntries })

  /** From the newest entry on. */
  async function reload(): Promise<void> {
    const mine = ++asked
    const itemId = label.item?.id
    try {
      const first = itemId === undefined ? [] : await page(itemId, null)
      if (mine !== asked) return
      entries.value = first
      complete.value = first.length < pageEntries
      error.value = null
    } catch (cause) {
      if (mine === asked) error.value = cause
    } finally {
      if (mine === asked) loaded.value = true
    }
  }

  /** The entries before those that are known. */
  async function more(): Promise<void> {
    const last = entries.value.at(-1)
    const itemId = label.item?.id
    if (loading || complete.value || !last || itemId === undefined) return
    loading = true
    const mine = asked
    try {
      const next = await page(itemId, last.seq)
      if (mine !== asked) return
      entries.value = [...entries.value, ...next]
      complete.value = next.length < pageEntries
    } catch (cause) {
      if (mine === asked) error.value = cause
    } finally {
      loading = false
    }
  }

  /** The entries, and below the first of them (null) the image as it was before any. */
  const points = computed<readonly (HistoryEntry | null)[]>(() =>
    complete.value && entries.value.length > 0 ? [...entries.value, null] : entries.value,
  )

  /** Shows the image as it was right after an entry, or before the first one. */
  async function view(entry: HistoryEntry | null): Promise<void> {
    const itemId = label.item?.id
    if (itemId === undefined) return
    label.tools.setAside()
    viewed.value = { entry, shapes: [] }
    picked.value = null
    try {
      const then = await pageClient().annotations.at({ itemId, seq: entry?.seq ?? 0 })
      if (!viewed.value || viewed.value.entry !== entry || label.item?.id !== itemId) return
      viewed.value = { entry, shapes: then.shapes }
      label.editor.select([])
      const marked = then.shapes.slice(0, mostMarked).flatMap(({ before, after }): Ghost[] => {
        const record = after ?? before
        return record ? [{ record, tone: 'version', focused: after !== null, score: null }] : []
      })
      label.editor.setGhosts('past', { list: marked, past: then.annotations })
    } catch (cause) {
      leave()
      reportError(cause)
    }
  }

  /** Back to the image as it is. */
  function leave(): void {
    if (!viewed.value) return
    viewed.value = null
    picked.value = null
    label.editor.setGhosts('past', noGhosts)
  }

  /** The point that is looked at becomes the image's state, by a new entry. */
  async function goBack(): Promise<void> {
    const point = viewed.value
    const itemId = label.item?.id
    if (!point || itemId === undefined) return
    leave()
    await label.restore(itemId, { kind: 'state', seq: point.entry?.seq ?? 0 })
  }

  /** One object as it was after the entry, or, where the entry deleted it, before. */
  async function bringBack({ before, after }: ShapeChange): Promise<void> {
    const point = viewed.value
    const record = after ?? before
    if (!point?.entry || !record) return
    leave()
    const seq = after ? point.entry.seq : point.entry.seq - 1
    await label.restore(record.itemId, { kind: 'shapes', shapes: [{ id: record.id, seq }] })
  }

  /** The object that one would bring back alone: the one that was asked about, or the only one of the change on show. */
  const target = computed((): Annotation | null => {
    const [only, ...others] = viewed.value?.shapes ?? []
    return picked.value ?? (only && others.length === 0 ? (only.after ?? only.before) : null)
  })

  /** That object, as it is on show. */
  async function bringBackPicked(): Promise<void> {
    const [point, record] = [viewed.value, target.value]
    if (!point || !record) return
    const change = point.shapes.find(({ before, after }) => (after ?? before)?.id === record.id)
    if (change) return bringBack(change)
    leave()
    await label.restore(record.itemId, { kind: 'shapes', shapes: [{ id: record.id, seq: point.entry?.seq ?? 0 }] })
  }

  watch(
    () => label.item?.id,
    () => {
      viewed.value = null
      picked.value = null
      entries.value = []
      loaded.value = false
      void reload()
    },
    { immediate: true },
  )
  watch([() => saves.savedAt, () => saves.pending, () => label.ticks.records], () => saves.pending === 0 && void reload())

  return { entries, points, complete, error, loaded, viewed, picked, target, reload, more, view, leave, goBack, bringBack, bringBackPicked }
})
