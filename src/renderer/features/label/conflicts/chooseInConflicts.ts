import type { LabelState } from '../labelStore.ts'
import type { Choice } from './conflicts.ts'

/** Whether something waits for a choice that can be made with the open picture. */
export const hasConflicts = ({ conflicts, pictureConflicts, item }: LabelState): boolean =>
  pictureConflicts.length > 0 || conflicts.some(({ itemId }) => itemId === item?.id)

/** Makes a choice for those of the selected objects that are asked about; where none is selected, for all objects of the open picture, texts and states. */
export function chooseInConflicts(label: LabelState, choice: Choice): void {
  const here = label.conflicts.filter(({ itemId }) => itemId === label.item?.id)
  const selected = here.filter(({ id }) => label.editor.selection.has(id))
  // Only of what both sides have, both can be kept.
  const fits = (selected.length > 0 ? selected : here).filter(({ mine, theirs }) => choice !== 'both' || (mine && theirs))
  if (fits.length > 0)
    label.settle(
      fits.map(({ id }) => id),
      choice,
    )
  if (selected.length > 0) return
  for (const conflict of label.pictureConflicts)
    if (choice !== 'both' || conflict.mine.kind === 'instructions') void label.settlePicture(conflict, choice)
}
