import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Project } from '../../../../shared/api/page/projects.ts'
import { isOpen, type Comment, type CommentAction } from '../../../../shared/model/comment.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import type { ImagePoint } from '../../../../shared/model/shape.ts'
import { t } from '../../../i18n/i18n.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt, reportError } from '../../../stores/report.ts'
import { useStudio } from '../../../stores/studio.ts'
import { holdWords } from '../../../stores/unsavedWords.ts'
import { showToast } from '../../../ui/toasts.ts'
import { newId } from '../editing.ts'
import { useLabel } from '../labelStore.ts'
import { pinPlace } from './pins.ts'

/** Words with the picture and the project they are about. */
interface Written {
  readonly text: string
  readonly item: Pick<Item, 'id' | 'name'> | null
  readonly home: Project | null
}

/** The comments of the open picture: read with it, again when anybody changes one; what is being written survives a look elsewhere. */
export const useComments = defineStore('comments', () => {
  const label = useLabel()
  const studio = useStudio()
  const all = shallowRef<readonly Comment[]>([])
  const error = shallowRef<unknown>(null)
  /** The thread in hand; choosing one brings its panel to the front. */
  const active = ref<Id | null>(null)
  /** Words that are not sent yet, by the picture they are about or the comment they answer. */
  const written = shallowRef<ReadonlyMap<Id, Written>>(new Map())
  const words = computed({
    get: () => (label.item ? replyTo(label.item.id) : ''),
    set: (text: string) => label.item && write(label.item.id, text),
  })
  const showsResolved = ref(false)
  let asked = 0

  /** `again`: how they are sent once more after they were refused. */
  function write(about: Id, text: string, again: (() => unknown) | null = null): void {
    const rest = [...written.value].filter(([id]) => id !== about)
    const known = written.value.get(about)
    const [item, home] = [known?.item ?? label.item, known ? known.home : studio.project]
    written.value = new Map(text === '' ? rest : [...rest, [about, { text, item, home }]])
    if (text.trim() === '' || !item) return holdWords(`comment ${about}`, text.trim() !== '')
    const kind = about === item.id ? 'comment' : 'reply'
    const words = { kind, itemId: item.id, itemName: item.name, home, words: [text], refused: again !== null } as const
    const send = again ?? (() => (kind === 'comment' ? add(null, null, item.id) : answer(about, 'text')))
    holdWords(`comment ${about}`, { ...words, again: send, drop: () => write(about, '') })
  }
  const replyTo = (about: Id): string => written.value.get(about)?.text ?? ''

  async function load(): Promise<void> {
    const mine = ++asked
    const itemId = label.item?.id
    if (itemId === undefined) return void (all.value = [])
    try {
      const list = await pageClient().comments.list({ itemId })
      if (mine !== asked) return
      all.value = list
      error.value = null
    } catch (cause) {
      if (mine === asked) error.value = cause
    }
  }
  watch(
    () => label.item?.id,
    () => {
      all.value = []
      active.value = null
      void load()
    },
    { immediate: true },
  )
  watch(() => studio.epoch, load)
  studio.onEvent((event) => {
    if (event.type === 'comments' && event.itemId === label.item?.id) void load()
  })

  /** Numbered in the order they were opened; the numbers stay while threads are resolved. */
  const numbered = computed(() => all.value.filter((comment) => !comment.deleted).map((comment, i) => ({ comment, number: i + 1 })))
  const shown = computed(() =>
    numbered.value.filter(({ comment }) => isOpen(comment) || showsResolved.value || comment.id === active.value),
  )
  const openCount = computed(() => all.value.filter(isOpen).length)
  const deleted = computed(() => all.value.filter((comment) => comment.deleted))
  const pins = computed(() => {
    void label.ticks.records
    return shown.value.flatMap(({ comment, number }) => {
      const place = pinPlace(comment, (id) => label.editor.records.get(id)?.shape)
      return place ? [{ comment, number, place }] : []
    })
  })

  function take(comment: Comment): void {
    if (comment.itemId !== label.item?.id) return
    const rest = all.value.filter((other) => other.id !== comment.id)
    all.value = [...rest, comment].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Opens a thread with the words that were written. */
  async function add(at: ImagePoint | null, annotationId: Id | null, itemId = label.item?.id): Promise<boolean> {
    if (itemId === undefined) return false
    const text = replyTo(itemId).trim()
    if (text === '') return false
    const id = newId()
    const sent = await attempt(async () => take(await pageClient().comments.add({ id, itemId, annotationId, at, text })))
    if (!sent) {
      write(itemId, replyTo(itemId), () => add(at, annotationId, itemId))
      return false
    }
    if (replyTo(itemId).trim() === text) write(itemId, '')
    if (label.item?.id === itemId) active.value = id
    label.say(t('review.said.added'))
    return true
  }

  async function act(commentId: Id, action: CommentAction, text = ''): Promise<boolean> {
    return attempt(async () => take(await pageClient().comments.act({ entryId: newId(), commentId, action, text })))
  }

  /** Answers a thread with the words that were written; what is typed while they are sent stays. */
  async function answer(commentId: Id, action: CommentAction): Promise<void> {
    const text = replyTo(commentId).trim()
    const done = await act(commentId, action, text)
    if (!done) write(commentId, replyTo(commentId), () => answer(commentId, action))
    else if (replyTo(commentId).trim() === text) write(commentId, '')
  }

  /** Out of sight, not gone: the toast and the panel bring it back. */
  async function remove(comment: Comment): Promise<void> {
    if (!(await act(comment.id, 'delete'))) return
    if (active.value === comment.id) active.value = null
    showToast({
      tone: 'info',
      text: t('review.deleted'),
      action: { label: t('common.undo'), run: () => void act(comment.id, 'restore').catch(reportError) },
    })
  }

  return { all, error, active, words, replyTo, write, showsResolved, shown, openCount, deleted, pins, load, add, act, answer, remove }
})
