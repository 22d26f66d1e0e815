import { ref, shallowRef } from 'vue'
import { isKeptByBrowser } from './keyScopes.ts'
import { parseShortcut, strokeMatches, type KeyStroke, type Shortcut } from './shortcut.ts'

type Shell = 'web' | 'electron'

/** What of a command its keys depend on. */
interface Keyed {
  readonly id: string
  readonly shortcuts?: readonly Shortcut[]
}

/** Keys that stand in place of a command's own, by its id; an empty list takes its keys away. */
export type KeyMap = ReadonlyMap<string, readonly Shortcut[]>

const inForce = shallowRef<KeyMap>(new Map())
const shell = ref<Shell>('electron')

/** Puts another key map in force: the keys of a preset and what the user changed; a browser keeps some of them for itself. */
export function putKeysInForce(map: KeyMap, inShell: Shell = 'electron'): void {
  inForce.value = map
  shell.value = inShell
}

/** The keys that run a command now (reactive). */
export const keysOf = ({ id, shortcuts }: Keyed): readonly Shortcut[] => inForce.value.get(id) ?? shortcuts ?? []

/** True for a key that the browser this page runs in does not hand on. */
export const isKept = (shortcut: Shortcut): boolean => shell.value === 'web' && isKeptByBrowser(shortcut)

/** The key that stands beside the command's name: its first that arrives here. */
export const shownKeyOf = (record: Keyed): Shortcut => keysOf(record).find((shortcut) => !isKept(shortcut)) ?? ''

/** Whether a stroke is one of the command's keys; sequences are the dispatcher's. */
export const isKeyOf = (record: Keyed, stroke: KeyStroke): boolean =>
  keysOf(record).some((shortcut) => {
    const chords = parseShortcut(shortcut)
    return chords.length === 1 && strokeMatches(chords[0]!, stroke)
  })
