import type { Command } from '../../../ui/commands.ts'
import { chooseInConflicts, hasConflicts } from '../conflicts/chooseInConflicts.ts'
import type { Choice } from '../conflicts/conflicts.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

/** Which version stays of what was changed in two windows. */
export function conflictCommands(label: LabelState): readonly Command[] {
  const when = (): boolean => hasConflicts(label)
  const choose = (choice: Choice) => () => chooseInConflicts(label, choice)
  return [
    command('conflictMine', 'safety.commands.mine', [], choose('mine'), { when, undo: 'journal' }),
    command('conflictTheirs', 'safety.commands.theirs', [], choose('theirs'), { when }),
    command('conflictBoth', 'safety.commands.both', [], choose('both'), { when, undo: 'journal' }),
  ]
}
