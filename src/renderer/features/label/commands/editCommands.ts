import { hasVertices } from '../../../../shared/geometry/vertices.ts'
import { addVertexAfter, deleteSelection, selectAll, stepSelection, stepVertex } from '../../../canvas/engine/actions.ts'
import { deleteWithLocked } from '../../../canvas/engine/groups.ts'
import { moveInOrder } from '../../../canvas/engine/order.ts'
import { t } from '../../../i18n/i18n.ts'
import { keyTextFor, type Command } from '../../../ui/commands.ts'
import { showToast } from '../../../ui/toasts.ts'
import type { LabelState } from '../labelStore.ts'
import { redoRecord, undoRecord } from './canvasCommands.ts'
import { command, type LabelMoves } from './command.ts'

const orderKeys = [
  ['forward', 'PageUp'],
  ['backward', 'PageDown'],
  ['front', 'Shift+PageUp'],
  ['back', 'Shift+PageDown'],
] as const

/** Marked text is what Ctrl+C means. */
const noText = (): boolean => window.getSelection()?.isCollapsed ?? true

function deleteAll({ editor }: LabelState): void {
  const locked = deleteWithLocked(editor)
  if (locked === 0) return
  const undo = keyTextFor('label.undo', t('label.commands.undo'))
  showToast({ tone: 'info', text: t('label.said.deletedLocked', { n: locked, undo }, locked) })
}

/** Undo, the selection and what can be done with it. */
export function editCommands(label: LabelState, moves: LabelMoves): readonly Command[] {
  const { editor } = label
  const open = (): boolean => label.item !== null
  const selected = (): boolean => editor.selection.size > 0
  const reshaping = (): boolean => selected() && label.tools.active === 'select' && !label.tools.busy
  return [
    command('undo', 'label.commands.undo', undoRecord.shortcuts, () => void label.undo(), { when: () => label.canUndo }),
    command('redo', 'label.commands.redo', redoRecord.shortcuts, () => void label.redo(), { when: () => label.canRedo }),
    command('skipStep', 'safety.steps.command', [], () => void label.steps.skip(), { when: () => label.steps.stuck.value !== null }),
    command('delete', 'label.commands.delete', ['Delete'], () => deleteSelection(editor), { when: selected, undo: 'journal' }),
    command('deleteLocked', 'label.commands.deleteLocked', ['Shift+Delete'], () => deleteAll(label), { when: selected, undo: 'journal' }),
    command('selectAll', 'label.commands.selectAll', ['Mod+A'], () => selectAll(editor), { when: open }),
    command('copy', 'label.commands.copy', ['Mod+C'], label.copy, { when: () => selected() && noText() }),
    command('paste', 'label.commands.paste', ['Mod+V'], label.paste, { when: () => open() && label.clipboard.filled, undo: 'journal' }),
    command('duplicate', 'label.commands.duplicate', ['Mod+D'], label.duplicate, { when: selected, undo: 'journal' }),
    command('pasteNext', 'label.commands.pasteNext', ['Mod+B'], moves.pasteIntoNext, {
      when: () => selected() && label.place.next !== null,
      undo: 'journal',
    }),
    ...orderKeys.map(([move, keys]) =>
      command(move, `label.commands.${move}`, [keys], () => moveInOrder(editor, move), { when: selected, undo: 'journal' }),
    ),
    command('nextObject', 'label.commands.nextObject', ['.'], () => void stepSelection(editor, 1), { when: open }),
    command('previousObject', 'label.commands.previousObject', [','], () => void stepSelection(editor, -1), { when: open }),
    command('nextVertex', 'label.commands.nextVertex', [']'], () => void stepVertex(editor, 1), { when: reshaping, scope: 'select' }),
    command('previousVertex', 'label.commands.previousVertex', ['['], () => void stepVertex(editor, -1), {
      when: reshaping,
      scope: 'select',
    }),
    command('addVertex', 'label.commands.addVertex', ['Insert', '\\'], () => void addVertexAfter(editor), {
      when: () => reshaping() && editor.single !== null && hasVertices(editor.single.shape),
      scope: 'select',
      undo: 'journal',
    }),
  ]
}
