import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { command, type LabelMoves } from './command.ts'

const jumpLength = 10

/** From picture to picture. */
export const pictureCommands = (label: LabelState, moves: LabelMoves): readonly Command[] => [
  command('next', 'label.commands.next', ['D'], moves.next, { when: () => label.place.next !== null }),
  command('previous', 'label.commands.previous', ['A'], moves.previous, { when: () => label.place.previous !== null }),
  command('jumpForward', 'label.commands.jumpForward', [], () => moves.jump(jumpLength), { when: () => label.place.next !== null }),
  command('jumpBack', 'label.commands.jumpBack', [], () => moves.jump(-jumpLength), { when: () => label.place.previous !== null }),
  command('setAside', 'pictures.trouble.setAside', [], moves.setAside, { when: () => label.item !== null && !label.isOut, undo: 'toast' }),
  command('doneNext', 'label.commands.doneNext', ['Mod+Enter'], moves.doneAndNext, { when: () => label.item !== null }),
]
