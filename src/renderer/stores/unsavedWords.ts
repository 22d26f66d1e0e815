import { shallowReactive } from 'vue'
import type { Id } from '../../shared/model/ids.ts'

/** Words about a picture that are in this window only, with all that is needed to reach them where their field cannot be. */
export interface HeldWords {
  readonly kind: 'texts' | 'comment' | 'reply' | 'reason' | 'tag'
  readonly itemId: Id
  readonly itemName: string
  /** The project they were written in. */
  readonly home: { readonly key: string; readonly name: string; readonly path?: string } | null
  readonly words: readonly string[]
  /** They were to be saved, and could not be. */
  readonly refused: boolean
  /** Tries once more to save them. */
  readonly again: () => unknown
  /** Gives them up. */
  readonly drop: () => void
}

/** By field; true: something that is no words about a picture. */
const held = shallowReactive(new Map<string, HeldWords | true>())
/** Pictures that could not be opened because they are gone: no field shows their words any more. */
const gone = shallowReactive(new Set<Id>())
const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

/** Says whether a field holds words that closing the window would lose; while any does, closing asks first. */
export function holdWords(field: string, words: HeldWords | boolean): void {
  if (words) held.set(field, words)
  else held.delete(field)
  if (held.size > 0) window.addEventListener('beforeunload', warn)
  else window.removeEventListener('beforeunload', warn)
}

export const tellGone = (itemId: Id): void => void gone.add(itemId)
export const isGone = (itemId: Id): boolean => gone.has(itemId)

/** All words about pictures that are held. */
export const heldWords = (): readonly (readonly [field: string, words: HeldWords])[] =>
  [...held].flatMap(([field, words]) => (words === true ? [] : [[field, words] as const]))
