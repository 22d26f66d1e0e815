import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { useOnion } from '../onion/onionStore.ts'
import { command } from './command.ts'

/** Another source over the picture, and the verdicts on what it proposes. */
export function onionCommands(label: LabelState): readonly Command[] {
  const onion = useOnion()
  const some = (): boolean => onion.shown && onion.open.length > 0
  const one = (): boolean => onion.shown && onion.focused !== null
  return [
    command('onion', 'safety.onion.toggle', ['Mod+Shift+O'], onion.toggle, { when: () => label.item !== null }),
    command('onionNext', 'safety.onion.next', ['Mod+.'], () => onion.step(1), { when: some }),
    command('onionPrevious', 'safety.onion.previous', ['Mod+,'], () => onion.step(-1), { when: some }),
    command('onionAccept', 'safety.onion.accept', ['Mod+Shift+Y'], onion.acceptOne, { when: one, undo: 'journal' }),
    command('onionReject', 'safety.onion.reject', ['Mod+Shift+K'], onion.rejectOne, { when: one }),
    command('onionAcceptAll', 'safety.onion.acceptAll', [], onion.acceptAll, { when: some, undo: 'journal' }),
    command('onionRejectAll', 'safety.onion.rejectAll', [], onion.rejectAll, { when: some }),
  ]
}
