import { defineStore } from 'pinia'
import { computed, markRaw, reactive, ref, shallowRef, watch } from 'vue'
import { CancelledError } from '../../../shared/errors.ts'
import { startAttributes } from '../../../shared/model/attributeSchema.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { RestorePoint } from '../../../shared/model/history.ts'
import { reclassifySelection, revealSelection } from '../../canvas/engine/actions.ts'
import type { Aspect } from '../../canvas/engine/editor.ts'
import { TiledPicture } from '../../canvas/picture/tiledPicture.ts'
import { paintsMasks } from '../../canvas/tools/tool.ts'
import { toWire } from '../../i18n/errorText.ts'
import { t } from '../../i18n/i18n.ts'
import { useAttributeSchema } from '../../stores/attributeSchema.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import { toastInPlace } from '../../ui/toasts.ts'
import { createClipboard } from './clipboard.ts'
import { createDrafts } from './drafts/drafts.ts'
import { createEditing } from './editing.ts'
import { createShownItem } from './facts/shownItem.ts'
import { firstClass } from './firstClass.ts'
import { gestureName } from './gestureName.ts'
import { heldText } from './heldText.ts'
import { itemToBeginWith, keepLastItem } from './lastItem.ts'
import { keepSettings } from './options/keepSettings.ts'
import { Openings, type Opening } from './openings.ts'
import { nowhere, type Place } from './place.ts'
import { Pictures, type Picture } from './pictures.ts'
import { restoreOrAsk } from './past/restoreOrAsk.ts'
import { createSteps } from './past/steps.ts'
import { tellReviewLost } from './review/reviewLost.ts'
import { sharpenOpen } from './sharpenOpen.ts'
import { soon } from './soon.ts'
import { thumbOf } from './thumb.ts'
import { keepLook } from './view/keepLook.ts'

const readAheadMs = 150

/** The Label page's state. It outlives the page, so that nothing on its way to the host is lost when the user looks elsewhere. */
export const useLabel = defineStore('label', () => {
  const studio = useStudio()
  const datasets = useDatasets()
  const saves = useSaveState()
  const schema = useAttributeSchema()

  const shown = createShownItem({ editing: () => editing, who: () => studio.who, say: (text) => say(text) })
  const { item, describe, setStatus } = shown
  const place = shallowRef<Place>(nowhere)
  const opening = ref(false)
  const error = shallowRef<unknown>(null)
  const picture = shallowRef<Picture | null>(null)
  const pictureError = shallowRef<unknown>(null)
  /** Somebody, or the host, took the open picture out of its dataset: it is shown as it was, and cannot be changed. */
  const out = shallowRef<unknown>(null)
  const isOut = computed(() => out.value !== null)
  const trouble = computed(() => pictureError.value ?? out.value)
  const preview = shallowRef<HTMLImageElement | null>(null)
  /** For the live region. */
  const message = ref('')
  /** Where undo in another image leads; the page goes there. */
  const wanted = shallowRef<{ readonly itemId: Id; readonly select: readonly Id[] } | null>(null)
  /** Grows when the editor changes, so that Vue reads again; the engine itself is never reactive. */
  const ticks = reactive<Record<Aspect, number>>({
    item: 0,
    camera: 0,
    records: 0,
    selection: 0,
    draft: 0,
    hover: 0,
    look: 0,
    tool: 0,
    settings: 0,
  })
  const pictures = markRaw(
    new Pictures(
      (itemId) => pageClient().items.picture({ itemId }),
      (itemId, cause) => itemId === item.value?.id && (pictureError.value = cause),
    ),
  )
  const sharpening = sharpenOpen(picture)
  let asked = 0
  /** What is being opened, and the newest revision of it that was heard of meanwhile. */
  let askedId: Id | null = null
  let heardRev = -1
  /** What was read ahead last, to be drawn ahead. */
  const ahead = shallowRef<Opening<Place> | null>(null)
  const openings = markRaw(new Openings(readOpening, (opening) => (ahead.value = opening)))

  const editing = createEditing({
    client: pageClient,
    slot: () => studio.client,
    known: () => studio.known,
    home: () => studio.project,
    startAttributes: (classId) => startAttributes(schema.fieldsFor(classId)),
    saves,
    refused(error) {
      shown.show()
      reportError(error)
      void refreshItem().catch(() => undefined)
    },
    saved(itemId, picture) {
      shown.saved(itemId, picture)
      void followEdit(itemId).catch(() => undefined)
    },
    elsewhere: (result) => (wanted.value = { itemId: result.itemId, select: result.changed.map((record) => record.id) }),
    done(result, kind) {
      say(t(`label.said.${kind}`, { what: gestureName(result.command) }))
      void refreshItem().catch(() => undefined)
    },
    denied: () => tell(t(editor.ghosts.past ? 'safety.past.denied' : isOut.value ? 'pictures.trouble.denied' : 'safety.disk.denied')),
    held: () => tell(heldText()),
    resampled: () => tell(t('handles.resampled')),
  })
  const steps = markRaw(createSteps(editing, (text) => say(text)))
  saves.onRetry(() => editing.queue.retry())
  saves.onSettle(editing)
  // What is tried again is on show again.
  watch(() => saves.refused.length, shown.show)
  watch(isOut, editing.setClosed)
  // What is asked about is no longer shown as said.
  watch(editing.pictureConflicts.list, () => {
    shown.show()
    void refreshItem().catch(() => undefined)
  })
  const editor = markRaw(editing.editor)
  const tools = markRaw(editing.tools)
  editor.onChange((aspect) => ticks[aspect]++)
  keepSettings(editor)
  keepLook(editor)

  const told = toastInPlace()
  /** Why a gesture did nothing; said once however often it is tried. */
  const tell = (text: string): void => told({ tone: 'info', text })
  const say = (text: string): void => void (message.value = text)
  const classes = computed(() => [...datasets.classes].sort((a, b) => a.order - b.order))

  const clipboard = markRaw(createClipboard(editor, () => classes.value))
  const drafts = createDrafts({
    tools,
    mayChange: () => editor.mayChange(),
    open: () => (opening.value ? null : editor.itemId),
    go: (itemId) => void (location.hash = `#/label/${itemId}`),
    // Where the classes are not known yet, one that is gone is put right as soon as they are.
    classFor: (wanted) => (wanted === null || classes.value.length === 0 || datasets.classById.has(wanted) ? wanted : editor.pen.classId),
    projectId: () => studio.project?.id ?? null,
    readProjectId: async () => (await pageClient().projects.current({}))?.id ?? null,
  })
  drafts.restore()
  let pasteOnOpen = false

  watch(
    classes,
    (list) => {
      if (!list.some((record) => record.id === editor.pen.classId)) editor.pen.setClass(firstClass(list))
    },
    { immediate: true },
  )
  watch(
    () => studio.project?.id,
    () => {
      leave()
      editing.moved()
      drafts.restore()
    },
  )
  watch(
    () => studio.known,
    (known) => editing.linked(known),
  )
  watch(
    () => studio.epoch,
    () => {
      openings.forgetAll()
      void editing.reload().catch(reportError)
      // What could not be read while the host was away.
      if (error.value !== null && askedId !== null) void open(askedId)
      else if (pictureError.value !== null) void retryPicture()
    },
  )
  watch(
    () => ({ ...datasets.filter }),
    () => openings.forgetAll(),
  )
  studio.onEvent((event) => {
    if (event.type === 'annotations') openings.forget(event.itemId)
    if (event.type === 'annotations' && event.itemId === askedId) heardRev = Math.max(heardRev, event.itemRev)
    if (event.type === 'items') openings.forgetAll()
    if (
      event.type === 'annotations' &&
      event.itemId === editor.itemId &&
      event.client !== studio.client &&
      event.itemRev > editor.records.itemRev
    ) {
      void editing.reload().catch(reportError)
      // The first change of a picture changes its state as well.
      void refreshItem().catch(() => undefined)
    }
    if (event.type === 'items' && event.datasetId === item.value?.datasetId) void refreshItem().catch(() => undefined)
  })

  function leave(): void {
    asked++
    openings.forgetAll()
    tools.setAside()
    drafts.forget()
    editor.close()
    shown.tell(null)
    out.value = null
    picture.value = null
    place.value = nowhere
  }

  async function refreshItem(): Promise<void> {
    const itemId = item.value?.id
    if (itemId === undefined) return
    const [fresh, neighbours] = await Promise.all([
      pageClient().items.get({ itemId }),
      pageClient().items.neighbours({ itemId, filter: { ...datasets.filter } }),
    ]).catch((cause: unknown) => {
      if (item.value?.id === itemId && toWire(cause).code === 'item/set-aside') out.value = cause
      throw cause
    })
    if (item.value?.id !== itemId) return
    shown.tell(fresh)
    if (isOut.value) void retryPicture()
    out.value = null
    // A filter the image no longer meets has no place for it: then the old neighbours still lead on.
    if (neighbours.index >= 0) place.value = neighbours
    if (picture.value) readAhead()
  }

  /** The first change of a picture begins it, and a change after a review takes the review away, which is said. */
  async function followEdit(itemId: Id): Promise<void> {
    const before = item.value
    if (itemId !== before?.id || (before.status !== 'todo' && before.status !== 'reviewed')) return
    await refreshItem()
    if (item.value?.id === itemId && before.status === 'reviewed' && item.value.status === 'done') tellReviewLost(before, describe)
  }

  const firstItem = (): Promise<Id | null> =>
    datasets.currentId === null ? Promise.resolve(null) : itemToBeginWith(datasets.currentId, { ...datasets.filter })

  /** Another picture was on its way, and this one is wanted again before it arrived. */
  function stayAt(itemId: Id): void {
    if (!opening.value || askedId === itemId) return
    asked++
    askedId = itemId
    opening.value = false
    // What was still being read of it was left as well, and the other one's pixels were those to keep.
    void showPicture(asked, pictures.open(itemId))
    void refreshItem().catch(() => undefined)
  }

  async function open(itemId: Id): Promise<void> {
    if (item.value?.id === itemId && error.value === null) return stayAt(itemId)
    const mine = ++asked
    askedId = itemId
    heardRev = -1
    tools.setAside()
    opening.value = true
    error.value = null
    try {
      const { opening: read, ahead: wasAhead } = await openings.take(itemId)
      if (mine !== asked) return
      const loading = pictures.open(itemId)
      const thumb = thumbOf(itemId)
      const loaded = item.value === null ? null : await soon(loading)
      if (mine !== asked) return
      const { item: fresh, place: neighbours, list } = read
      shown.tell(fresh)
      out.value = null
      place.value = neighbours
      if (!wasAhead) {
        editing.canUndo.value = list.canUndo || editing.queue.length > 0
        editing.canRedo.value = list.canRedo && editing.queue.length === 0
      }
      picture.value = loaded
      preview.value = null
      // What was begun on the old picture while this one was on its way.
      tools.setAside()
      editor.open(itemId, { width: fresh.width, height: fresh.height }, list.itemRev, list.annotations, editing.queue.pendingFor(itemId))
      keepLastItem(fresh.datasetId, itemId)
      if (wanted.value?.itemId === itemId) editor.select(wanted.value.select)
      wanted.value = null
      drafts.take(itemId)
      const pasted = pasteOnOpen && clipboard.paste() > 0
      pasteOnOpen = false
      if (pasted) say(t('label.said.pasted', {}, editor.selection.size))
      else
        say(t('label.said.opened', { name: fresh.name, index: neighbours.index + 1, total: neighbours.total, n: list.annotations.length }))
      void showPicture(mine, loading)
      void standIn(mine, thumb)
      if (heardRev > list.itemRev) void editing.reload().catch(reportError)
      if (wasAhead) setTimeout(() => mine === asked && void refreshItem().catch(() => undefined), readAheadMs)
    } catch (cause) {
      pasteOnOpen = false
      if (mine === asked && !(cause instanceof CancelledError)) error.value = cause
      if (toWire(cause).code === 'item/not-found') void drafts.lose(itemId).catch(() => undefined)
    } finally {
      if (mine === asked) opening.value = false
    }
  }

  async function readOpening(itemId: Id): Promise<Opening<Place>> {
    const fresh = await pageClient().items.get({ itemId })
    if (itemId === askedId && datasets.currentId !== fresh.datasetId) datasets.select(fresh.datasetId)
    const [list, neighbours] = await Promise.all([
      pageClient().annotations.list({ itemId, client: studio.client }),
      pageClient().items.neighbours({ itemId, filter: { ...datasets.filter } }),
    ])
    return { item: fresh, place: neighbours, list }
  }

  async function showPicture(mine: number, loading: Promise<Picture>): Promise<void> {
    pictureError.value = null
    try {
      const loaded = await loading
      if (mine === asked) picture.value = loaded
    } catch (cause) {
      if (mine === asked) pictureError.value = cause
    }
    // Not at once: what is on show now comes first.
    setTimeout(() => mine === asked && readAhead(), readAheadMs)
  }

  /** Another try at a picture, or at tiles of it, that could not be read. */
  async function retryPicture(): Promise<void> {
    if (!item.value) return
    if (picture.value?.source instanceof TiledPicture) picture.value.source.retry()
    await showPicture(asked, pictures.open(item.value.id))
  }

  function readAhead(): void {
    for (const itemId of [place.value.next, place.value.previous]) {
      pictures.prefetch(itemId)
      openings.prefetch(itemId)
    }
  }

  /** The thumbnail, stretched, until the picture itself is decoded. */
  async function standIn(mine: number, thumb: Promise<HTMLImageElement | null>): Promise<void> {
    const loaded = await thumb
    if (loaded && mine === asked && !picture.value?.source.whole) preview.value = loaded
  }

  const copy = (): void => say(t('label.said.copied', {}, clipboard.copy()))
  const paste = (): void => say(t('label.said.pasted', {}, clipboard.paste()))
  const duplicate = (): void => say(t('label.said.pasted', {}, clipboard.duplicate()))
  /** Copies the selection; the picture that is opened next gets it. */
  function pasteNext(): void {
    clipboard.copy()
    pasteOnOpen = true
  }

  /** Digit keys and the class list: gives the selection this class, and what is drawn from now on. With a brush in hand it is the next colour. */
  function useClass(classId: Id): void {
    if (paintsMasks(tools.active)) editor.select([...editor.selection].filter((id) => editor.records.get(id)?.classId === classId))
    else if (!tools.busy && !reclassifySelection(editor, classId)) return
    editor.pen.setClass(classId)
    say(datasets.classById.get(classId)?.name ?? '')
  }

  function selectInList(ids: Iterable<Id>): void {
    editor.select(ids)
    revealSelection(editor)
  }

  return {
    item,
    place,
    opening,
    error,
    picture,
    preview,
    ahead,
    pictureError,
    isOut,
    trouble,
    sharpening,
    message,
    wanted,
    ticks,
    classes,
    editor,
    tools,
    canUndo: editing.canUndo,
    canRedo: editing.canRedo,
    problem: editing.problem,
    conflicts: editing.conflicts,
    pictureConflicts: editing.pictureConflicts.list,
    settlePicture: editing.pictureConflicts.settle,
    settle: editing.settle,
    restore: (itemId: Id, point: RestorePoint) => restoreOrAsk(editing, itemId, point),
    pending: () => editing.queue.length + saves.asked,
    retrySaving: () => editing.queue.retry(),
    steps,
    undo: steps.undo,
    redo: steps.redo,
    reload: () => editing.reload(),
    /** Everything that was done is on disk. Errors: why it cannot be just now. */
    settled: editing.settled,
    firstItem,
    open,
    leave,
    retryPicture,
    useClass,
    describe,
    setStatus,
    selectInList,
    clipboard,
    drafts,
    copy,
    paste,
    pasteNext,
    duplicate,
    say,
  }
})
export type LabelState = ReturnType<typeof useLabel>
