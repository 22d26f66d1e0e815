import type { MessageKey } from '../../i18n/i18n.ts'
import type { CommandRecord } from '../../ui/commands.ts'

const record = (id: string, labelKey: MessageKey, shortcuts: readonly string[]): CommandRecord => ({
  id: `experiments.${id}`,
  labelKey,
  groupKey: 'commands.group.experiments' satisfies MessageKey,
  shortcuts,
})

/** What is known of the commands of the Experiments page wherever keys are listed. */
export const experimentRecords = {
  new: record('new', 'commands.newRun', ['N']),
  compare: record('compare', 'comparison.command', ['C']),
} as const
