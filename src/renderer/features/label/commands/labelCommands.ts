import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { classCommands } from './classCommands.ts'
import type { LabelMoves } from './command.ts'
import { editCommands } from './editCommands.ts'
import { pictureCommands } from './pictureCommands.ts'
import { toolCommands } from './toolCommands.ts'
import { viewCommands } from './viewCommands.ts'

/** Commands of the Label page. Keys that belong to a drawing under way (Enter, Backspace, Esc, arrows, Space) are in canvasView.ts. */
export const labelCommands = (label: LabelState, moves: LabelMoves): readonly Command[] => [
  ...pictureCommands(label, moves),
  ...toolCommands(label),
  ...editCommands(label, moves),
  ...viewCommands(label),
  ...classCommands(label),
]
