import { turnSelection } from '../../../canvas/engine/turn.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

const stepRad = Math.PI / 12

/** Turning without a mouse. */
export function turnCommands({ editor, tools }: LabelState): readonly Command[] {
  const when = (): boolean => editor.selection.size > 0 && tools.active === 'select' && !tools.busy
  return [
    command('turnLeft', 'handles.turnLeft', ['Alt+Z'], () => void turnSelection(editor, -stepRad), { when, undo: 'journal' }),
    command('turnRight', 'handles.turnRight', ['Alt+X'], () => void turnSelection(editor, stepRad), { when, undo: 'journal' }),
  ]
}
