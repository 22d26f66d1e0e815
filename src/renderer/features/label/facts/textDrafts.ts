import { defineStore } from 'pinia'
import { reactive, toRaw, watch } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Instructions } from '../../../../shared/model/itemFacts.ts'
import type { Item } from '../../../../shared/model/item.ts'
import type { Home } from '../../../stores/home.ts'
import { useSaveState } from '../../../stores/saveState.ts'
import { useStudio } from '../../../stores/studio.ts'
import { holdWords } from '../../../stores/unsavedWords.ts'
import { useLabel } from '../labelStore.ts'

/** Texts of a picture as they stand in the fields, and what they were begun from. */
interface TextDraft {
  readonly texts: string[]
  began: Instructions
  /** The project of the picture: by the time they are saved another one may be open. */
  readonly home: Home | null
  /** What the picture is called. */
  readonly itemName: string
  /** It was to be saved and could not be. */
  refused: boolean
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const written = (texts: readonly string[]): string[] => texts.map((text) => text.trim()).filter((text) => text !== '')

/** Typed texts that are not saved, picture by picture: they outlive their fields, and nothing but the user or a save takes them away. */
export const useTextDrafts = defineStore('textDrafts', () => {
  const label = useLabel()
  const studio = useStudio()
  const saves = useSaveState()
  const drafts = reactive(new Map<Id, TextDraft>())

  const isUnsaved = (draft: TextDraft): boolean => !same(written(draft.texts), draft.began.texts)
  function told(itemId: Id): void {
    const draft = drafts.get(itemId)
    if (draft === undefined || !isUnsaved(draft)) return holdWords(`texts ${itemId}`, false)
    const { itemName, home, refused } = draft
    const words = { kind: 'texts', itemId, itemName, home: toRaw(home), words: written(draft.texts), refused } as const
    holdWords(`texts ${itemId}`, { ...words, again: () => save(itemId), drop: () => discard({ id: itemId }) })
  }
  function draftOf({ id, name, instructions }: Item): TextDraft {
    if (!drafts.has(id))
      drafts.set(id, { texts: [...instructions.texts], began: instructions, home: studio.project, itemName: name, refused: false })
    return drafts.get(id)!
  }

  const texts = ({ id, instructions }: Item): readonly string[] => drafts.get(id)?.texts ?? instructions.texts
  const isRefused = ({ id }: Item): boolean => drafts.get(id)?.refused ?? false
  function edit(item: Item, place: number, text: string): void {
    draftOf(item).texts[place] = text
    told(item.id)
  }
  const add = (item: Item): void => void draftOf(item).texts.push('')
  function remove(item: Item, place: number): void {
    draftOf(item).texts.splice(place, 1)
    told(item.id)
    void save(item.id)
  }
  function discard({ id }: Pick<Item, 'id'>): void {
    drafts.delete(id)
    told(id)
  }

  /** By picture, what is sent last. */
  const turns = new Map<Id, Promise<void>>()
  /** One after the other: each counts on what the one before it made of the texts, else this window would be in its own way. */
  function inTurn(itemId: Id, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(itemId) ?? Promise.resolve()).then(work, work)
    turns.set(itemId, turn)
    return turn
  }

  const save = (itemId: Id): Promise<void> => inTurn(itemId, () => send(itemId))
  /** Sends what stands in the fields; refused, it stays there and says so. */
  async function send(itemId: Id): Promise<void> {
    const draft = drafts.get(itemId)
    if (!draft) return
    const instructions: Instructions = { ...draft.began, texts: written(draft.texts) }
    const seen = toRaw(draft.began)
    const change = { kind: 'instructions', instructions, seen } as const
    const by = { home: toRaw(draft.home), keeps: () => drafts.get(itemId) === draft }
    const accepted = same(instructions, seen) || (await label.describe(itemId, change, by))
    if (drafts.get(itemId) !== draft) return
    draft.refused = !accepted
    if (accepted) draft.began = instructions
    // What was typed meanwhile stays.
    if (accepted && !isUnsaved(draft)) drafts.delete(itemId)
    told(itemId)
  }
  function setSentences(item: Item, isSentence: boolean): Promise<void> {
    const home = studio.project
    return inTurn(item.id, () => sendSentences(item, isSentence, home))
  }
  /** With the texts that were begun before others changed them, no more of theirs is overwritten than by saving those. */
  async function sendSentences(item: Item, isSentence: boolean, home: Home | null): Promise<void> {
    const instructions: Instructions = { texts: written(texts(item)), isSentence }
    const draft = drafts.get(item.id)
    const seen = toRaw(draft?.began ?? item.instructions)
    const by = { home, keeps: () => draft?.refused ?? false }
    if (!(await label.describe(item.id, { kind: 'instructions', instructions, seen }, by))) return
    if (draft) draft.began = instructions
    await send(item.id)
  }

  // Saving works again: what could not be saved is tried once more.
  watch(
    () => saves.trouble,
    (trouble) => {
      if (trouble === null) for (const [itemId, { refused }] of [...drafts]) if (refused) void save(itemId)
    },
  )

  return { texts, isRefused, edit, add, remove, discard, save, setSentences }
})
