import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { command, type LabelMoves } from './command.ts'

/** From picture to picture by the state they are in, and the verdict on the open one. */
export function reviewCommands(label: LabelState, moves: LabelMoves): readonly Command[] {
  const open = (): boolean => label.item !== null
  return [
    command('nextByRule', 'review.commands.nextByRule', ['Mod+Shift+D'], moves.nextByRule, { when: open }),
    command('previousByRule', 'review.commands.previousByRule', ['Mod+Shift+A'], moves.previousByRule, { when: open }),
    command('accept', 'review.commands.accept', ['Mod+Shift+Enter'], moves.accept, { when: open }),
    command('reject', 'review.commands.reject', ['Mod+Shift+X'], moves.reject, { when: open }),
  ]
}
