import { groupSelection, selectSameClass, toggleLock, ungroupSelection, unlockAll } from '../../../canvas/engine/groups.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { propagateOpen } from '../propagate/propagateState.ts'
import { command } from './command.ts'

/** Objects that belong together, and objects that stay as they are. */
export function groupCommands(label: LabelState): readonly Command[] {
  const { editor } = label
  const selected = (): boolean => editor.selection.size > 0
  return [
    command('propagate', 'propagate.command', ['Mod+Shift+B'], () => void (propagateOpen.value = true), {
      when: () => selected() && label.place.next !== null,
      undo: 'journal',
    }),
    command('selectClass', 'selection.commands.selectClass', ['Alt+A'], () => selectSameClass(editor), { when: selected }),
    command('group', 'selection.commands.group', ['Mod+G'], () => groupSelection(editor), {
      when: () => editor.selection.size > 1,
      undo: 'journal',
    }),
    command('ungroup', 'selection.commands.ungroup', ['Mod+Shift+G'], () => ungroupSelection(editor), {
      when: () => editor.selected.some(({ groupId }) => groupId),
      undo: 'journal',
    }),
    command('lock', 'selection.commands.lock', ['L'], () => toggleLock(editor), { when: selected, undo: 'journal' }),
    command('unlockAll', 'selection.commands.unlockAll', ['Alt+L'], () => unlockAll(editor), {
      when: () => editor.records.inOrder().some(({ locked }) => locked),
      undo: 'journal',
    }),
  ]
}
