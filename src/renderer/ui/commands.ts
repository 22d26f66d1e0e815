import { onScopeDispose, shallowReactive } from 'vue'
import { isKeyOf, keysOf, shownKeyOf } from './keyMap.ts'
import type { KeyScope } from './keyScopes.ts'
import { parseShortcut, strokeMatches, type KeyStroke, type Shortcut, shortcutText } from './shortcut.ts'

/** What is known of a command wherever it is listed, also where it cannot run: in the key table of the settings. */
export interface CommandRecord {
  /** 'area.name', unique. */
  readonly id: string
  /** Key of the label in the catalogues. */
  readonly labelKey: string
  /** Key of the heading it stands under in help and palette, e.g. 'commands.group.navigate'. */
  readonly groupKey: string
  /** Default keys; which keys are in force is in the key map (`keysOf`). First one is shown in menus; the others work as well. */
  readonly shortcuts?: readonly Shortcut[]
  /** Where its keys count; absent: the area of the id. */
  readonly scope?: KeyScope
  /** Also while the focus is in a text field (only for keys with Mod or function keys). */
  readonly inTextFields?: boolean
  /** 'journal': leaves an entry that Ctrl+Z takes back; 'toast': offers undo in a toast; absent: changes nothing. */
  readonly undo?: 'journal' | 'toast'
  /** Kept out of the palette (digit keys and the like); still in help. */
  readonly hidden?: boolean
  /** The canvas matches its keys itself, because it knows the focus, the drawing under way and when a key is let go. */
  readonly onCanvas?: boolean
  /** Its keys cannot be changed. */
  readonly fixed?: boolean
}

/** What a page can do, written once: menus, shortcuts, the palette (Ctrl+K) and the help (?) all read this list. */
export interface Command extends CommandRecord {
  /** False: not offered now. Absent: always. */
  readonly when?: () => boolean
  readonly run: () => void | Promise<void>
}

const registered = shallowReactive(new Map<string, Command>())

/** Adds commands; the returned function takes them out again. A later command with the same id wins until it is taken out. */
export function registerCommands(commands: readonly Command[]): () => void {
  for (const command of commands) registered.set(command.id, command)
  return () => {
    for (const command of commands) if (registered.get(command.id) === command) registered.delete(command.id)
  }
}

/** Registers for the life of the calling component. */
export function useCommands(commands: readonly Command[]): void {
  onScopeDispose(registerCommands(commands))
}

let declared: readonly CommandRecord[] = []

/** Tells of the commands of pages that may not be open, for lists of all keys. */
export function declareCommands(records: readonly CommandRecord[]): void {
  declared = records
}

/** Every command of the studio, wherever it can run. */
export function knownCommands(): readonly CommandRecord[] {
  const records = new Map<string, CommandRecord>()
  for (const record of [...registered.values(), ...declared]) if (!records.has(record.id)) records.set(record.id, record)
  return [...records.values()]
}

/** All commands, in order of registration (reactive). */
export function allCommands(): readonly Command[] {
  return [...registered.values()]
}

/** The key that is shown beside a command's name, by its id; '' for none. Reactive: it follows the registry and the key map. */
export function keysFor(id: string): Shortcut {
  const command = registered.get(id)
  return command ? shownKeyOf(command) : ''
}

/** The same within a sentence, e.g. 'Ctrl+K'. */
export const keyTextFor = (id: string, none: string): string => shortcutText(keysFor(id), navigator.platform) || none

/** Whether a stroke is a key of the command with this id, for lists that have a meaning of their own for it. */
export function isKeyOfId(id: string, stroke: KeyStroke): boolean {
  const command = registered.get(id)
  return command !== undefined && isKeyOf(command, stroke)
}

export const isAvailable = (command: Command): boolean => command.when?.() ?? true

/** Runs a command by id if it may run now. */
export function runCommand(id: string): boolean {
  const command = registered.get(id)
  if (!command || !isAvailable(command)) return false
  void command.run()
  return true
}

/** Time in which the second key of a sequence such as 'G 1' must follow. */
const SEQUENCE_MS = 1200

export interface KeyDispatcher {
  /** True when the stroke ran, or began, a command: the caller then prevents the default. */
  handle(stroke: KeyStroke, inTextField: boolean, nowMs: number): boolean
}

/** Matches strokes against the registered commands. The newest registration wins, so that a page overrides the frame. */
export function createKeyDispatcher(): KeyDispatcher {
  let pending: { first: KeyStroke; atMs: number } | null = null

  const candidates = (inTextField: boolean): readonly Command[] =>
    allCommands()
      .filter(
        (command) =>
          !command.onCanvas && keysOf(command).length > 0 && (!inTextField || command.inTextFields === true) && isAvailable(command),
      )
      .reverse()

  const runFirst = (commands: readonly Command[], strokes: readonly KeyStroke[]): boolean => {
    for (const command of commands)
      for (const shortcut of keysOf(command)) {
        const chords = parseShortcut(shortcut)
        if (chords.length === strokes.length && chords.every((chord, i) => strokeMatches(chord, strokes[i]!))) {
          void command.run()
          return true
        }
      }
    return false
  }

  const beginsSequence = (commands: readonly Command[], stroke: KeyStroke): boolean =>
    commands.some((command) =>
      keysOf(command).some((shortcut) => {
        const chords = parseShortcut(shortcut)
        return chords.length === 2 && strokeMatches(chords[0]!, stroke)
      }),
    )

  return {
    handle(stroke, inTextField, nowMs) {
      if (['Control', 'Shift', 'Alt', 'Meta'].includes(stroke.key)) return false
      const commands = candidates(inTextField)
      const first = pending && nowMs - pending.atMs < SEQUENCE_MS ? pending.first : null
      pending = null
      if (first && runFirst(commands, [first, stroke])) return true
      if (runFirst(commands, [stroke])) return true
      if (beginsSequence(commands, stroke)) {
        pending = { first: stroke, atMs: nowMs }
        return true
      }
      return false
    },
  }
}

/** True where letters are text: the dispatcher then only runs commands marked `inTextFields`. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  if (!(target instanceof HTMLInputElement)) return false
  return !['checkbox', 'radio', 'range', 'button', 'submit', 'color', 'file'].includes(target.type)
}

/** Enter and Space belong to what has the focus, except with Ctrl; an application region, such as the canvas, has taken before what is its own. */
export function isPressOfFocused({ key, target, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if ((key !== 'Enter' && key !== ' ') || ctrlKey || metaKey) return false
  return target !== document.body && !(target instanceof HTMLElement && target.getAttribute('role') === 'application')
}
