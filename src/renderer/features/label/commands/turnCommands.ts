import { turnSelection } from '../../../canvas/engine/turn.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

const stepRad = Math.PI / 12
const bitRad = Math.PI / 180

const turns = [
  ['turnLeft', 'Alt+Z', -stepRad],
  ['turnRight', 'Alt+X', stepRad],
  ['turnLeftBit', 'Alt+Shift+Z', -bitRad],
  ['turnRightBit', 'Alt+Shift+X', bitRad],
] as const

/** Turning without a mouse. */
export function turnCommands({ editor, tools }: LabelState): readonly Command[] {
  const when = (): boolean => editor.selection.size > 0 && tools.active === 'select' && !tools.busy
  return turns.map(([id, keys, byRad]) =>
    command(id, `handles.${id}`, [keys], () => void turnSelection(editor, byRad), { when, undo: 'journal', scope: 'select' }),
  )
}
