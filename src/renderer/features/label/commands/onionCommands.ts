import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { useMaskReview } from '../assist/review/maskReview.ts'
import { useOnion } from '../onion/onionStore.ts'
import { command } from './command.ts'

/** Another source over the picture, and the verdicts on what it proposes. */
export function onionCommands(label: LabelState): readonly Command[] {
  const onion = useOnion()
  const review = useMaskReview()
  /** The list that is open: what a model found in the whole picture, or what another source has. */
  const list = () => (review.review ? review : onion)
  const some = (): boolean => (review.review !== null || onion.shown) && list().open.length > 0
  const one = (): boolean => some() && list().focused !== null
  return [
    command('onion', 'safety.onion.toggle', ['Mod+Shift+O'], onion.toggle, { when: () => label.item !== null }),
    command('onionNext', 'safety.onion.next', ['Mod+>'], () => list().step(1), { when: some }),
    command('onionPrevious', 'safety.onion.previous', ['Mod+<'], () => list().step(-1), { when: some }),
    command('onionAccept', 'safety.onion.accept', ['Mod+Shift+Y'], () => list().acceptOne(), { when: one, undo: 'journal' }),
    command('onionReject', 'safety.onion.reject', ['Mod+Shift+K'], () => list().rejectOne(), { when: one, undo: 'toast' }),
    command('onionAcceptAll', 'safety.onion.acceptAll', [], () => list().acceptAll(), { when: some, undo: 'journal' }),
    command('onionRejectAll', 'safety.onion.rejectAll', [], () => list().rejectAll(), { when: some, undo: 'toast' }),
    command('onionAgain', 'safety.commands.again', [], onion.offerAgain, { when: () => onion.shown && onion.rejected > 0 }),
  ]
}
