import { computed, markRaw, ref, shallowRef } from 'vue'
import { CancelledError } from '../../../shared/errors.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Item } from '../../../shared/model/item.ts'
import { TiledPicture } from '../../canvas/picture/tiledPicture.ts'
import { toWire } from '../../i18n/errorText.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { useStudio } from '../../stores/studio.ts'
import type { Editing } from './editing.ts'
import type { ShownItem } from './facts/shownItem.ts'
import { takeFields } from './leftFields.ts'
import { keepLastItem } from './lastItem.ts'
import { Openings, type Opening } from './openings.ts'
import { nowhere, type Place } from './place.ts'
import { Pictures, type Picture } from './pictures.ts'
import { tellReviewLost } from './review/reviewLost.ts'
import { sharpenOpen } from './sharpenOpen.ts'
import { soon } from './soon.ts'
import { thumbOf } from './thumb.ts'

const readAheadMs = 150
/** While the picture is changed faster than it is read. */
const mostReads = 5

interface PictureOpeningPorts {
  readonly shown: ShownItem
  readonly editing: () => Editing
  /** It is in the editor; its pixels may come later. */
  readonly opened: (item: Item, place: Place, annotations: number) => void
  readonly failed: (itemId: Id, cause: unknown) => void
}

/** The picture that is open: its way from the list into the editor, its pixels, its neighbours, and what becomes of it while it is on show. */
export function createPictureOpening(ports: PictureOpeningPorts) {
  const { shown, editing } = ports
  const studio = useStudio()
  const datasets = useDatasets()
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
  const pictures = markRaw(
    new Pictures(
      (itemId) => pageClient().items.picture({ itemId }),
      (itemId, cause) => itemId === shown.item.value?.id && (pictureError.value = cause),
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

  /** No picture is open any more. */
  function close(): void {
    asked++
    openings.forgetAll()
    editing().editor.close()
    shown.tell(null)
    out.value = null
    picture.value = null
    place.value = nowhere
  }

  /** The host is back: what could not be read while it was away is read now. */
  function readAgain(): void {
    openings.forgetAll()
    void editing().reload().catch(reportError)
    if (error.value !== null && askedId !== null) void open(askedId)
    else if (pictureError.value !== null) void retryPicture()
  }

  /** A picture has this revision now, as an event or an answer says: what was read of it before is never shown as it is. */
  function revised(itemId: Id, itemRev: number): void {
    openings.forget(itemId)
    if (itemId === askedId) heardRev = Math.max(heardRev, itemRev)
  }

  /** Annotations of a picture were changed. */
  function heard(itemId: Id, itemRev: number, client: string): void {
    revised(itemId, itemRev)
    const { editor, reload, onItsWay } = editing()
    if (itemId !== editor.itemId || itemRev <= editor.records.itemRev) return
    // What this page did itself comes with the answer.
    if (client === studio.client && onItsWay()) return
    void reload().catch(reportError)
    // The first change of a picture changes its state as well.
    void refreshItem().catch(() => undefined)
  }

  /** Another file is this picture now. */
  function replaced(itemId: Id): void {
    pictures.replaced(itemId)
    if (itemId === shown.item.value?.id) void retryPicture()
  }

  async function refreshItem(): Promise<void> {
    const itemId = shown.item.value?.id
    if (itemId === undefined) return
    const [fresh, neighbours] = await Promise.all([
      pageClient().items.get({ itemId }),
      pageClient().items.neighbours({ itemId, filter: { ...datasets.filter } }),
    ]).catch((cause: unknown) => {
      if (shown.item.value?.id === itemId && toWire(cause).code === 'item/set-aside') out.value = cause
      throw cause
    })
    if (shown.item.value?.id !== itemId) return
    shown.tell(fresh)
    const { editor, reload, onItsWay } = editing()
    // Of such a change no event was heard: it came before the picture was, or while nobody listened.
    if (itemId === editor.itemId && fresh.rev > editor.records.itemRev && !onItsWay()) void reload().catch(reportError)
    if (isOut.value) void retryPicture()
    out.value = null
    // A filter the image no longer meets has no place for it: then the old neighbours still lead on.
    if (neighbours.index >= 0) place.value = neighbours
    if (picture.value) readAhead()
  }

  /** The first change of a picture begins it, and a change after a review takes the review away, which is said. */
  async function followEdit(itemId: Id): Promise<void> {
    const before = shown.item.value
    if (itemId !== before?.id || (before.status !== 'todo' && before.status !== 'reviewed')) return
    await refreshItem()
    if (shown.item.value?.id === itemId && before.status === 'reviewed' && shown.item.value.status === 'done')
      tellReviewLost(before, shown.describe)
  }

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
    if (shown.item.value?.id === itemId && error.value === null) return stayAt(itemId)
    const mine = ++asked
    askedId = itemId
    heardRev = -1
    takeFields()
    editing().tools.setAside()
    opening.value = true
    error.value = null
    try {
      let taken = await takePresent(itemId)
      if (mine !== asked) return
      const loading = pictures.open(itemId)
      const thumb = thumbOf(itemId)
      const loaded = shown.item.value === null ? null : await soon(loading)
      if (mine === asked && isOld(taken.opening)) taken = await takePresent(itemId)
      if (mine !== asked) return
      const { item: fresh, place: neighbours, list } = taken.opening
      // What was typed about the old picture while this one was on its way.
      takeFields()
      shown.tell(fresh)
      out.value = null
      place.value = neighbours
      if (!taken.ahead) {
        editing().canUndo.value = list.canUndo || editing().queue.length > 0
        editing().canRedo.value = list.canRedo && editing().queue.length === 0
      }
      picture.value = loaded
      preview.value = null
      // What was begun on the old picture while this one was on its way.
      editing().tools.setAside()
      editing().editor.open(
        itemId,
        { width: fresh.width, height: fresh.height },
        list.itemRev,
        list.annotations,
        editing().queue.pendingFor(itemId),
      )
      keepLastItem(fresh.datasetId, itemId)
      ports.opened(fresh, neighbours, list.annotations.length)
      void showPicture(mine, loading)
      void standIn(mine, thumb)
      if (isOld(taken.opening)) void editing().reload().catch(reportError)
      if (taken.ahead) setTimeout(() => mine === asked && void refreshItem().catch(() => undefined), readAheadMs)
    } catch (cause) {
      ports.failed(itemId, cause)
      if (mine === asked && !(cause instanceof CancelledError)) error.value = cause
    } finally {
      if (mine === asked) opening.value = false
    }
  }

  const isOld = ({ list }: Opening<Place>): boolean => heardRev > list.itemRev

  /** What opening it needs, read again where a change was heard of since. */
  async function takePresent(itemId: Id): ReturnType<typeof openings.take> {
    let taken = await openings.take(itemId)
    for (let reads = 1; itemId === askedId && isOld(taken.opening) && reads < mostReads; reads++) taken = await openings.take(itemId)
    return taken
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
    if (!shown.item.value) return
    if (picture.value?.source instanceof TiledPicture) picture.value.source.retry()
    await showPicture(asked, pictures.open(shown.item.value.id))
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

  return {
    place,
    opening,
    error,
    picture,
    pictureError,
    isOut,
    trouble,
    preview,
    ahead,
    sharpening,
    forgetAhead: () => openings.forgetAll(),
    close,
    readAgain,
    revised,
    heard,
    replaced,
    refreshItem,
    followEdit,
    open,
    retryPicture,
  }
}
