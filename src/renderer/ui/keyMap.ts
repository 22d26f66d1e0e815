import { shallowRef } from 'vue'
import { parseShortcut, strokeMatches, type KeyStroke, type Shortcut } from './shortcut.ts'

/** What of a command its keys depend on. */
interface Keyed {
  readonly id: string
  readonly shortcuts?: readonly Shortcut[]
}

/** Keys that stand in place of a command's own, by its id; an empty list takes its keys away. */
export type KeyMap = ReadonlyMap<string, readonly Shortcut[]>

const inForce = shallowRef<KeyMap>(new Map())

/** Puts another key map in force: the keys of a preset and what the user changed. */
export function putKeysInForce(map: KeyMap): void {
  inForce.value = map
}

/** The keys that run a command now (reactive). */
export const keysOf = ({ id, shortcuts }: Keyed): readonly Shortcut[] => inForce.value.get(id) ?? shortcuts ?? []

/** Whether a stroke is one of the command's keys; sequences are the dispatcher's. */
export const isKeyOf = (record: Keyed, stroke: KeyStroke): boolean =>
  keysOf(record).some((shortcut) => {
    const chords = parseShortcut(shortcut)
    return chords.length === 1 && strokeMatches(chords[0]!, stroke)
  })
