import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { useStudio } from '../../../stores/studio.ts'
import { holdWords, type HeldWords } from '../../../stores/unsavedWords.ts'

type About = Pick<Item, 'id' | 'name'>
/** Gives the picture a tag; false: it was refused. */
type GiveTag = (tag: string) => unknown

/** Tags that are typed and not given yet, picture by picture: they outlive their field, and nothing but the user or a save takes them away. */
export const useTagDrafts = defineStore('tagDrafts', () => {
  const studio = useStudio()
  const drafts = shallowReactive(new Map<Id, { readonly text: string; readonly home: HeldWords['home'] }>())

  const textOf = (itemId: Id): string => drafts.get(itemId)?.text ?? ''

  function write(about: About, text: string, give: GiveTag, refused = false): void {
    const home = drafts.get(about.id)?.home ?? studio.project
    if (text === '') drafts.delete(about.id)
    else drafts.set(about.id, { text, home })
    const words = { kind: 'tag', itemId: about.id, itemName: about.name, home, words: [text], refused } as const
    const ways = { again: () => send(about, give), drop: () => write(about, '', give) }
    holdWords(`tag ${about.id}`, text.trim() !== '' && { ...words, ...ways })
  }

  /** Refused, it stands in the field again, unless something else is being written there by then. */
  async function send(about: About, give: GiveTag): Promise<void> {
    const tag = textOf(about.id).trim()
    write(about, '', give)
    if (tag !== '' && (await give(tag)) === false && textOf(about.id) === '') write(about, tag, give, true)
  }

  return { textOf, write, send }
})
