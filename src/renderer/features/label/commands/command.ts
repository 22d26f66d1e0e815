import type { MessageKey } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'

/** What the page adds to the store's own actions. */
export interface LabelMoves {
  readonly next: () => void
  readonly previous: () => void
  /** So many pictures on, or back, as far as there are. */
  readonly jump: (by: number) => void
  /** Out of the dataset, and on to the next. */
  readonly setAside: () => void
  readonly doneAndNext: () => void
  /** Reviewed, and on to the next by the rule. */
  readonly accept: () => void
  /** Asks for the reason, then the same. */
  readonly reject: () => void
  /** By the chosen rule. */
  readonly nextByRule: () => void
  readonly previousByRule: () => void
  /** Takes the selection along. */
  readonly pasteIntoNext: () => void
  /** The keys are those of the canvas from here on. */
  readonly toCanvas: () => void
}

const groupKey = 'label.group' satisfies MessageKey

type Extra = Omit<Command, 'id' | 'labelKey' | 'groupKey' | 'run' | 'shortcuts'>

/** A command of the Label page: 'label.<id>'. */
export const command = (id: string, labelKey: MessageKey, shortcuts: readonly string[], run: () => void, extra: Extra = {}): Command => ({
  id: `label.${id}`,
  labelKey,
  groupKey,
  shortcuts,
  run,
  ...extra,
})
