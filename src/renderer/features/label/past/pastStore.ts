import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { HistoryEntry } from '../../../../shared/model/history.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { noGhosts, type Ghost } from '../../../canvas/engine/ghosts.ts'
import { t } from '../../../i18n/i18n.ts'
import { pageClient } from '../../../stores/link.ts'
import { reportError } from '../../../stores/report.ts'
import { useSaveState } from '../../../stores/saveState.ts'
import { useLabel } from '../labelStore.ts'
import { classNameOf } from './words.ts'

export type ShapeChange = { readonly before: Annotation | null; readonly after: Annotation | null }

interface Viewed {
  /** Null: before the first entry. */
  readonly entry: HistoryEntry | null
  readonly shapes: readonly ShapeChange[]
}

/** The object that a change is about, as it is on show. */
export const shownOf = ({ before, after }: ShapeChange): Annotation => (after ?? before)!

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
  /** The object under the pointer, or with the focus, in the list of the change; null: none. */
  const pointed = shallowRef<Annotation | null>(null)
  /** What was brought back from the point on show. */
  const restored = shallowRef<ReadonlySet<Id>>(new Set())
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
    forgetShapes()
    try {
      const then = await pageClient().annotations.at({ itemId, seq: entry?.seq ?? 0 })
      if (!viewed.value || viewed.value.entry !== entry || label.item?.id !== itemId) return
      viewed.value = { entry, shapes: then.shapes }
      label.editor.select([])
      label.editor.setGhosts('past', { list: marks(), past: then.annotations })
    } catch (cause) {
      leave()
      reportError(cause)
    }
  }

  /** The objects of the change on show; the one that is pointed at, or asked about, stands out, wherever it is from. */
  function marks(): Ghost[] {
    const shapes = viewed.value?.shapes.slice(0, mostMarked) ?? []
    const one = pointed.value ?? picked.value
    const list = shapes.map((shape): Ghost => {
      const record = shownOf(shape)
      return { record, tone: 'version', focused: one ? one.id === record.id : shape.after !== null, score: null }
    })
    if (one && !list.some(({ record }) => record.id === one.id)) list.push({ record: one, tone: 'version', focused: true, score: null })
    return list
  }
  watch([pointed, picked], () => {
    const { past } = label.editor.ghosts
    if (viewed.value && past) label.editor.setGhosts('past', { list: marks(), past })
  })

  function forgetShapes(): void {
    picked.value = null
    pointed.value = null
    restored.value = new Set()
  }

  /** Back to the image as it is, with what was brought back one by one selected. */
  function leave(): void {
    if (!viewed.value) return
    const { editor } = label
    const back = editor.records.pick(restored.value)
    viewed.value = null
    forgetShapes()
    editor.setGhosts('past', noGhosts)
    if (back.length > 0 && editor.selection.size === 0) editor.select(back.map(({ id }) => id))
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
  async function bringBack(shape: ShapeChange): Promise<void> {
    const entry = viewed.value?.entry
    if (entry) await bringBackOne(shownOf(shape), shape.after ? entry.seq : entry.seq - 1)
  }

  /** The earlier state stays on show for the next one, unless something locked is in the way, which is selected in the image as it is. */
  async function bringBackOne(record: Annotation, seq: number): Promise<void> {
    const point = viewed.value
    if (!point || restored.value.has(record.id)) return
    const done = await label.restore(record.itemId, { kind: 'shapes', shapes: [{ id: record.id, seq }] })
    if (viewed.value !== point) return
    if (!done) {
      if (label.editor.selection.size > 0) leave()
      return
    }
    label.editor.select([])
    restored.value = new Set([...restored.value, record.id])
    label.say(t('safety.past.restoredOne', { name: classNameOf(record) }))
  }

  /** The object that one would bring back alone: the one that was asked about, or the only one of the change on show. */
  const target = computed((): Annotation | null => {
    const [only, ...others] = viewed.value?.shapes ?? []
    return picked.value ?? (only && others.length === 0 ? shownOf(only) : null)
  })

  /** That object, as it is on show. */
  async function bringBackPicked(): Promise<void> {
    const [point, record] = [viewed.value, target.value]
    if (!point || !record) return
    const change = point.shapes.find((shape) => shownOf(shape).id === record.id)
    await (change ? bringBack(change) : bringBackOne(record, point.entry?.seq ?? 0))
  }

  watch(
    () => label.item?.id,
    () => {
      viewed.value = null
      forgetShapes()
      entries.value = []
      loaded.value = false
      void reload()
    },
    { immediate: true },
  )
  watch([() => saves.savedAt, () => saves.pending, () => label.ticks.records], () => saves.pending === 0 && void reload())

  return {
    entries,
    points,
    complete,
    error,
    loaded,
    viewed,
    picked,
    pointed,
    restored,
    target,
    reload,
    more,
    view,
    leave,
    goBack,
    bringBack,
    bringBackPicked,
  }
})
