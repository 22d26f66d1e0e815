import { defineStore } from 'pinia'
import { computed, markRaw, reactive, ref, shallowRef, watch } from 'vue'
import type { Id } from '../../../shared/model/ids.ts'
import type { RestorePoint } from '../../../shared/model/history.ts'
import { reclassifySelection, revealSelection } from '../../canvas/engine/actions.ts'
import type { Aspect } from '../../canvas/engine/editor.ts'
import { paintsMasks } from '../../canvas/tools/tool.ts'
import { toWire } from '../../i18n/errorText.ts'
import { t } from '../../i18n/i18n.ts'
import { useAttributeSchema } from '../../stores/attributeSchema.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { homeKey } from '../../stores/home.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import { tellGone } from '../../stores/unsavedWords.ts'
import { keyTextFor } from '../../ui/commands.ts'
import { toastInPlace } from '../../ui/toasts.ts'
import { inKeyOrder } from './classKeys.ts'
import { createClipboard } from './clipboard.ts'
import { createDrafts } from './drafts/drafts.ts'
import { createEditing } from './editing.ts'
import { createShownItem } from './facts/shownItem.ts'
import { firstClass, isBare } from './firstClass.ts'
import { gestureName } from './gestureName.ts'
import { heldText } from './heldText.ts'
import { itemToBeginWith } from './lastItem.ts'
import { keepSettings } from './options/keepSettings.ts'
import { pasteOnArrival } from './pasteOnArrival.ts'
import { restoreOrAsk } from './past/restoreOrAsk.ts'
import { createSteps } from './past/steps.ts'
import { createPictureOpening } from './pictureOpening.ts'
import { keepLook } from './view/keepLook.ts'

/** The Label page's state. It outlives the page, so that nothing on its way to the host is lost when the user looks elsewhere. */
export const useLabel = defineStore('label', () => {
  const studio = useStudio()
  const datasets = useDatasets()
  const saves = useSaveState()
  const schema = useAttributeSchema()

  const shown = createShownItem({ editing: () => editing, who: () => studio.who, say: (text) => say(text) })
  const { item, describe, setStatus } = shown
  const onShow = createPictureOpening({
    shown,
    editing: () => editing,
    opened(fresh, { index, total }, n) {
      const itemId = fresh.id
      if (wanted.value?.itemId === itemId) editor.select(wanted.value.select)
      wanted.value = null
      drafts.take(itemId)
      const pasted = pasting.arrivedAt(itemId) && clipboard.paste() > 0
      say(
        pasted
          ? t('label.said.pasted', {}, editor.selection.size)
          : t('label.said.opened', { name: fresh.name, index: index + 1, total, n }),
      )
    },
    failed(itemId, cause) {
      pasting.lost(itemId)
      if (toWire(cause).code !== 'item/not-found') return
      tellGone(itemId)
      void drafts.lose(itemId).catch(() => undefined)
    },
  })
  const { place, opening, isOut, refreshItem } = onShow
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
  const editing = createEditing({
    client: pageClient,
    slot: () => studio.client,
    known: () => studio.known,
    home: () => studio.project,
    nameOf: (itemId) => (item.value?.id === itemId ? item.value.name : undefined),
    fieldsFor: schema.fieldsFor,
    saves,
    refused(error) {
      shown.show()
      reportError(error)
      void refreshItem().catch(() => undefined)
    },
    saved(itemId, picture) {
      shown.saved(itemId, picture)
      void onShow.followEdit(itemId).catch(() => undefined)
    },
    revised: (itemId, itemRev) => onShow.revised(itemId, itemRev),
    elsewhere: (result) => (wanted.value = { itemId: result.itemId, select: result.changed.map((record) => record.id) }),
    done(result, kind) {
      say(t(`label.said.${kind}`, { what: gestureName(result.command) }))
      void refreshItem().catch(() => undefined)
    },
    denied: () => tell(t(editor.ghosts.past ? 'safety.past.denied' : isOut.value ? 'pictures.trouble.denied' : 'safety.disk.denied')),
    held: () => tell(heldText()),
    nothing: (command) => tell(t('region.said.nothing', { what: gestureName(command) })),
    resampled: () => tell(t('handles.resampled')),
    voidKept: () => tell(t('brush.voidKept')),
    targetGone: () => tell(t('assist.targetGone')),
    unseenKept: (n) => tell(t('selection.unseenKept', { n }, n)),
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
  const classes = computed(() => inKeyOrder(datasets.classes))
  /** The dataset is known to have none. */
  const withoutClasses = computed(() => classes.value.length === 0 && datasets.classColors !== null)

  const clipboard = markRaw(createClipboard(editor, () => classes.value, tell))
  const drafts = createDrafts({
    tools,
    mayChange: () => editor.mayChange(),
    open: () => (opening.value ? null : editor.itemId),
    go: (itemId) => void (location.hash = `#/label/${itemId}`),
    // Where the classes are not known yet, one that is gone is put right as soon as they are.
    classFor: (wanted) => (wanted === null || classes.value.length === 0 || datasets.classById.has(wanted) ? wanted : editor.pen.classId),
    project: () => studio.project,
    readProjectKey: async () => homeKey(await pageClient().projects.current({})),
    isOnlyOne: async (id) => (await pageClient().projects.recent({})).filter((known) => known.id === id).length < 2,
  })
  drafts.restore()
  const pasting = pasteOnArrival()

  watch(
    classes,
    (list) => {
      if (!list.some((record) => record.id === editor.pen.classId)) editor.pen.setClass(firstClass(list))
    },
    { immediate: true },
  )
  // A newcomer draws before there is a class, and is told once what gives one.
  watch(
    () => (void ticks.records, void ticks.selection, withoutClasses.value && editor.single !== null && isBare(editor.single)),
    () => tell(t('aids.bare', { key: keyTextFor('label.chooseClass', t('keys.none')) })),
    { once: true },
  )
  watch(
    () => studio.project?.key,
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
  watch(() => studio.epoch, onShow.readAgain)
  watch(() => ({ ...datasets.filter }), onShow.forgetAhead)
  studio.onEvent((event) => {
    if (event.type === 'annotations') onShow.heard(event.itemId, event.itemRev, event.client)
    if (event.type === 'picture') onShow.replaced(event.itemId)
    if (event.type !== 'items') return
    onShow.forgetAhead()
    if (event.datasetId === item.value?.datasetId) void refreshItem().catch(() => undefined)
  })

  function leave(): void {
    tools.setAside()
    drafts.forget()
    onShow.close()
  }

  const firstItem = (): Promise<Id | null> =>
    datasets.currentId === null ? Promise.resolve(null) : itemToBeginWith(datasets.currentId, { ...datasets.filter })

  function open(itemId: Id): Promise<void> {
    pasting.headFor(itemId)
    return onShow.open(itemId)
  }

  const copy = (): void => say(t('label.said.copied', {}, clipboard.copy()))
  const paste = (): void => say(t('label.said.pasted', {}, clipboard.paste()))
  const duplicate = (): void => say(t('label.said.pasted', {}, clipboard.duplicate()))
  /** Copies the selection; the next picture gets it when it is opened from here. */
  function pasteNext(): void {
    clipboard.copy()
    pasting.want(place.value.next)
  }

  /** Digit keys and the class list: gives the selection this class, and what is drawn from now on. With a brush in hand it is the next colour. */
  function useClass(classId: Id): void {
    if (paintsMasks(tools.active)) editor.select([...editor.selection].filter((id) => editor.records.get(id)?.classId === classId))
    else if (!tools.busy && !reclassifySelection(editor, classId)) return
    editor.pen.setClass(classId)
    say(datasets.classById.get(classId)?.name ?? '')
  }

  // What is under way comes before what was saved, wherever undo and redo are asked for.
  const canUndo = computed(() => (ticks.tool, tools.busy || editing.canUndo.value))
  const canRedo = computed(() => (ticks.tool, tools.busy ? tools.redoesSteps : editing.canRedo.value))
  const undo = async (): Promise<void> => void (tools.undoStep() || (await steps.undo()))
  const redo = async (): Promise<void> => void (tools.redoStep() || (await steps.redo()))

  function selectInList(ids: Iterable<Id>): void {
    editor.select(ids)
    revealSelection(editor)
  }

  return {
    item,
    place,
    opening,
    error: onShow.error,
    picture: onShow.picture,
    preview: onShow.preview,
    ahead: onShow.ahead,
    pictureError: onShow.pictureError,
    isOut,
    trouble: onShow.trouble,
    sharpening: onShow.sharpening,
    message,
    wanted,
    ticks,
    classes,
    withoutClasses,
    editor,
    tools,
    canUndo,
    canRedo,
    problem: editing.problem,
    conflicts: editing.conflicts,
    pictureConflicts: editing.pictureConflicts.list,
    settlePicture: editing.pictureConflicts.settle,
    settle: editing.settle,
    restore: (itemId: Id, point: RestorePoint) => restoreOrAsk(editing, itemId, point),
    retrySaving: () => editing.queue.retry(),
    steps,
    undo,
    redo,
    reload: () => editing.reload(),
    /** Everything that was done is on disk. Errors: why it cannot be just now. */
    settled: editing.settled,
    firstItem,
    open,
    leave,
    retryPicture: onShow.retryPicture,
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
