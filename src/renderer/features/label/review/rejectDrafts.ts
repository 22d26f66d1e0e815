import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import type { Home } from '../../../stores/home.ts'
import { useStudio } from '../../../stores/studio.ts'
import { holdWords } from '../../../stores/unsavedWords.ts'
import { useLabel } from '../labelStore.ts'

interface RejectDraft {
  readonly text: string
  readonly item: Pick<Item, 'id' | 'name'>
  /** The project of the picture: by the time it is sent another one may be open. */
  readonly home: Home | null
  readonly refused: boolean
}

/** Reasons of rejections that are not taken yet, picture by picture: they outlive their dialog, and nothing but the user or a save takes them away. */
export const useRejectDrafts = defineStore('rejectDrafts', () => {
  const label = useLabel()
  const studio = useStudio()
  const drafts = shallowReactive(new Map<Id, RejectDraft>())

  function put(item: Pick<Item, 'id' | 'name'>, text: string, refused: boolean): void {
    const home = drafts.get(item.id)?.home ?? studio.project
    if (text === '') drafts.delete(item.id)
    else drafts.set(item.id, { text, item, home, refused })
    const words = { kind: 'reason', itemId: item.id, itemName: item.name, home, words: [text], refused } as const
    holdWords(`reason ${item.id}`, text.trim() !== '' && { ...words, again: () => send(item.id), drop: () => drop(item.id) })
  }
  const textOf = (itemId: Id): string => drafts.get(itemId)?.text ?? ''
  const isRefused = (itemId: Id): boolean => drafts.get(itemId)?.refused ?? false
  const write = (item: Pick<Item, 'id' | 'name'>, text: string): void => put(item, text, isRefused(item.id))
  const refuse = (item: Pick<Item, 'id' | 'name'>, text: string): void => put(item, text, true)
  const drop = (itemId: Id): void => put({ id: itemId, name: '' }, '', false)

  /** Rejects a picture, whichever one is open, for the reason that was written. */
  async function send(itemId: Id): Promise<void> {
    const draft = drafts.get(itemId)
    if (!draft) return
    const by = { home: draft.home, keeps: () => textOf(itemId) === draft.text }
    const taken = await label.describe(itemId, { kind: 'status', status: 'rejected', note: draft.text.trim() }, by)
    if (!by.keeps()) return
    if (taken) drop(itemId)
    else refuse(draft.item, draft.text)
  }

  return { textOf, isRefused, write, refuse, drop }
})
