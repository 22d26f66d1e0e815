import type { CommandRecord } from '../../../ui/commands.ts'
import { useLabel } from '../labelStore.ts'
import type { LabelMoves } from './command.ts'
import { labelCommands } from './labelCommands.ts'

const nowhere = (): void => undefined
const noMoves: LabelMoves = {
  next: nowhere,
  previous: nowhere,
  jump: nowhere,
  setAside: nowhere,
  doneAndNext: nowhere,
  pasteIntoNext: nowhere,
  accept: nowhere,
  reject: nowhere,
  nextByRule: nowhere,
  previousByRule: nowhere,
  toCanvas: nowhere,
}

/** What is known of the commands of the Label page while it is not open. */
export const labelRecords = (): readonly CommandRecord[] => labelCommands(useLabel(), noMoves)
