import type { Id } from '../../../shared/model/ids.ts'
import { reclassifySelection } from '../../canvas/engine/actions.ts'
import type { LabelState } from './labelStore.ts'

/** The selection gets the class whichever tool is in hand, and so does what is drawn next; a digit is the next colour of a brush instead. */
export function giveClass(label: LabelState, classId: Id): void {
  if (reclassifySelection(label.editor, classId)) label.useClass(classId)
}
