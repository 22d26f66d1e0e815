import type { Id } from '../../../shared/model/ids.ts'
import type { Editor } from '../../canvas/engine/editor.ts'
import type { LookSwitch } from '../../canvas/engine/look.ts'

export const toggleLook = (editor: Editor, what: LookSwitch): void => editor.setLook({ [what]: !editor.look[what] })

const toggled = (set: ReadonlySet<Id>, id: Id): ReadonlySet<Id> => {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

export const toggleHidden = (editor: Editor, id: Id): void => editor.setLook({ hiddenIds: toggled(editor.look.hiddenIds, id) })
export function setHiddenIds(editor: Editor, ids: readonly Id[], hidden: boolean): void {
  const next = new Set(editor.look.hiddenIds)
  for (const id of ids)
    if (hidden) next.add(id)
    else next.delete(id)
  editor.setLook({ hiddenIds: next })
}
export const toggleHiddenClass = (editor: Editor, classId: Id): void =>
  editor.setLook({ hiddenClasses: toggled(editor.look.hiddenClasses, classId) })
export const toggleHighlight = (editor: Editor, classId: Id): void =>
  editor.setLook({ highlightClass: editor.look.highlightClass === classId ? null : classId })

export function hideSelection(editor: Editor): void {
  editor.setLook({ hiddenIds: new Set([...editor.look.hiddenIds, ...editor.selection]) })
  editor.select([])
}

/** Everything that is drawn out of sight, or back again. */
export function toggleAll(editor: Editor): void {
  const shown = !editor.look.masks && !editor.look.shapes
  editor.setLook({ masks: shown, shapes: shown })
}

export const showAll = (editor: Editor): void =>
  editor.setLook({ hiddenIds: new Set(), hiddenClasses: new Set(), highlightClass: null, masks: true, shapes: true })
