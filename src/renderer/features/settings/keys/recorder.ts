import { shortcutOf, type KeyStroke, type Shortcut } from '../../../ui/shortcut.ts'

/** How long the second key of a sequence is waited for. */
export const sequenceWaitMs = 900

export type Recording =
  | { readonly name: 'idle' }
  /** Waits for the first key. */
  | { readonly name: 'waiting' }
  /** Has a key; a second one makes a sequence of it. */
  | { readonly name: 'first'; readonly keys: Shortcut }
  | { readonly name: 'done'; readonly keys: Shortcut }

export type RecorderEvent =
  { readonly type: 'begin' } | { readonly type: 'stroke'; readonly stroke: KeyStroke } | { readonly type: 'elapsed' | 'cancel' }

/** One step of press-to-record: Esc gives up, a key with Ctrl or a function key stands alone, another may begin a sequence. */
export function record(state: Recording, event: RecorderEvent): Recording {
  if (event.type === 'begin') return { name: 'waiting' }
  if (event.type === 'cancel') return { name: 'idle' }
  if (event.type === 'elapsed' && state.name === 'first') return { name: 'done', keys: state.keys }
  if (event.type !== 'stroke' || (state.name !== 'waiting' && state.name !== 'first')) return state
  if (event.stroke.key === 'Escape') return { name: 'idle' }
  const keys = shortcutOf(event.stroke)
  if (keys === null) return state
  if (state.name === 'first') return { name: 'done', keys: `${state.keys} ${keys}` }
  return /^[A-Z0-9]$/.test(keys) ? { name: 'first', keys } : { name: 'done', keys }
}
