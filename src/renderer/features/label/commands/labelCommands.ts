import type { MessageKey } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { aidsCommands, classChoiceCommand } from './aidsCommands.ts'
import { brushCommands } from './brushCommands.ts'
import { canvasCommands } from './canvasCommands.ts'
import { classCommands } from './classCommands.ts'
import type { LabelMoves } from './command.ts'
import { conflictCommands } from './conflictCommands.ts'
import { editCommands } from './editCommands.ts'
import { flagCommands } from './flagCommands.ts'
import { lookCommands } from './lookCommands.ts'
import { groupCommands } from './groupCommands.ts'
import { onionCommands } from './onionCommands.ts'
import { pastCommands } from './pastCommands.ts'
import { pictureCommands } from './pictureCommands.ts'
import { pictureViewCommands } from './pictureViewCommands.ts'
import { reviewCommands } from './reviewCommands.ts'
import { smartCommands } from './smartCommands.ts'
import { regionCommands } from './regionCommands.ts'
import { saveCommand } from './saveCommands.ts'
import { schemaCommands } from './schemaCommands.ts'
import { toolCommands } from './toolCommands.ts'
import { turnCommands } from './turnCommands.ts'
import { viewCommands } from './viewCommands.ts'

/** One heading per theme in the cheat sheet and in the key table; commands without one stand under 'Label'. */
const under = (groupKey: MessageKey, commands: readonly Command[]): readonly Command[] =>
  commands.map((command) => ({ ...command, groupKey }))

/** Commands of the Label page. */
export const labelCommands = (label: LabelState, moves: LabelMoves): readonly Command[] => [
  ...under('keys.groups.pictures', [...pictureCommands(label, moves), saveCommand(label)]),
  ...under('review.group', reviewCommands(label, moves)),
  ...under('keys.groups.tools', toolCommands(label)),
  ...under('keys.groups.tools', aidsCommands(label)),
  ...canvasCommands,
  ...under('keys.groups.edit', editCommands(label, moves)),
  ...under('keys.groups.edit', turnCommands(label)),
  ...under('keys.groups.edit', flagCommands(label)),
  ...under('keys.groups.edit', schemaCommands(label)),
  ...under('region.title', regionCommands(label)),
  ...under('keys.groups.edit', groupCommands(label)),
  ...under('keys.groups.view', viewCommands(label)),
  ...under('safety.onion.title', onionCommands(label)),
  ...under('label.tabs.history', pastCommands(label)),
  ...under('safety.conflict.title', conflictCommands(label)),
  ...under('keys.groups.view', lookCommands(label)),
  ...under('keys.groups.view', pictureViewCommands(label)),
  ...under('keys.groups.classes', [classChoiceCommand(label), ...classCommands(label)]),
  ...under('keys.groups.tools', brushCommands(label)),
  ...under('assist.group', smartCommands(label, moves)),
]
