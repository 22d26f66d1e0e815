import { onScopeDispose, shallowReactive } from 'vue'
import { parseShortcut, strokeMatches, type KeyStroke, type Shortcut } from './shortcut.ts'

/** What a page can do, written once: menus, shortcuts, the palette (Ctrl+K) and the help (?) all read this list. */
export interface Command {
  /** 'area.name', unique. */
  readonly id: string
  /** Key of the label in the catalogues. */
  readonly labelKey: string
  /** Key of the heading it stands under in help and palette, e.g. 'commands.group.navigate'. */
  readonly groupKey: string
  /** First one is shown in menus; the others work as well. */
  readonly shortcuts?: readonly Shortcut[]
  /** Shells whose keys are free for it; absent: both. A browser keeps Ctrl+N, Ctrl+T, Ctrl+W and Alt+digit for itself. */
  readonly shells?: readonly ('web' | 'electron')[]
  /** False: not offered now. Absent: always. */
  readonly when?: () => boolean
  /** Also while the focus is in a text field (only for keys with Mod or function keys). */
  readonly inTextFields?: boolean
  /** 'journal': leaves an entry that Ctrl+Z takes back; 'toast': offers undo in a toast; absent: changes nothing. */
  readonly undo?: 'journal' | 'toast'
  /** Kept out of the palette (digit keys and the like); still in help. */
  readonly hidden?: boolean
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

/** All commands, in order of registration (reactive). */
export function allCommands(): readonly Command[] {
  return [...registered.values()]
}

export const isAvailable = (command: Command): boolean => command.when?.() ?? true

/** Runs a command by id if it may run now. */
export function runCommand(id: string): boolean {
  const command = registered.get(id)
  if (!command || !isAvailable(command)) return false
  void command.run()
  return true
}

export function worksInShell(command: Command, shell: 'web' | 'electron'): boolean {
  return command.shells?.includes(shell) ?? true
}

/** Time in which the second key of a sequence such as 'G 1' must follow. */
const SEQUENCE_MS = 1200

export interface KeyDispatcher {
  /** True when the stroke ran, or began, a command: the caller then prevents the default. */
  handle(stroke: KeyStroke, inTextField: boolean, nowMs: number): boolean
}

/** Matches strokes against the registered commands. The newest registration wins, so that a page overrides the frame. */
export function createKeyDispatcher(shell: () => 'web' | 'electron'): KeyDispatcher {
  let pending: { first: KeyStroke; atMs: number } | null = null

  const candidates = (inTextField: boolean): readonly Command[] =>
    allCommands()
      .filter(
        (command) =>
          command.shortcuts && worksInShell(command, shell()) && (!inTextField || command.inTextFields === true) && isAvailable(command),
      )
      .reverse()

  const runFirst = (commands: readonly Command[], strokes: readonly KeyStroke[]): boolean => {
    for (const command of commands)
      for (const shortcut of command.shortcuts ?? []) {
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
      command.shortcuts?.some((shortcut) => {
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
