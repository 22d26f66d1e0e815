import { computed } from 'vue'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import { deleteSelection, focusSelection } from '../../canvas/engine/actions.ts'
import { toImage } from '../../canvas/engine/camera.ts'
import { withGroups } from '../../canvas/engine/groups.ts'
import { hitId } from '../../canvas/engine/hitTest.ts'
import { hitAt } from '../../canvas/engine/sight.ts'
import { moveInOrder } from '../../canvas/engine/order.ts'
import { t } from '../../i18n/i18n.ts'
import { keysFor, runCommand } from '../../ui/commands.ts'
import type { MenuEntry } from '../../ui/menu.ts'
import { classCommandOf } from './classKeys.ts'
import { giveClass } from './giveClass.ts'
import { useLabel, type LabelState } from './labelStore.ts'
import { pastMenu, pastRecordAt } from './past/pastMenu.ts'
import { usePast } from './past/pastStore.ts'
import { regionMenu } from './region/regionMenu.ts'
import { hideSelection } from './lookActions.ts'

export type CanvasMenuEntry = MenuEntry & { readonly color?: string }

function imageAt({ editor }: LabelState, event: MouseEvent): ImageVec {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return toImage(editor.camera, { x: event.clientX - box.left, y: event.clientY - box.top })
}

/** A click on an earlier state asks about the object under it; false: none is on show. */
export function pickPast(label: LabelState, event: MouseEvent): boolean {
  if (!label.editor.ghosts.past) return false
  usePast().picked = pastRecordAt(label.editor, imageAt(label, event))
  return true
}

/** A right click acts on the selection, or on what is under it; while something is drawn it takes the last point back instead. */
export function rightClick(label: LabelState, event: MouseEvent): void {
  const { editor, tools } = label
  if (tools.busy) {
    event.preventDefault()
    if (!tools.key({ type: 'back' })) tools.cancel()
    return
  }
  if (pickPast(label, event)) return
  const hit = hitAt(editor, imageAt(label, event))
  const id = hitId(hit)
  if (hit.kind === 'none') editor.select([])
  else if (id !== null && !editor.selection.has(id)) editor.select(withGroups(editor, [id]))
}

/** Classes to give the selection, then what else can be done with it. */
export function useCanvasMenu() {
  const label = useLabel()
  const past = usePast()
  return computed<CanvasMenuEntry[]>(() => {
    if (past.viewed) return pastMenu(past)
    const none = (label.ticks.selection, label.editor.selection.size === 0)
    const classes = label.classes.map((record, i): CanvasMenuEntry => ({
      id: record.id,
      label: record.name,
      color: record.color,
      run: () => giveClass(label, record.id),
      keys: keysFor(classCommandOf(record, i)),
    }))
    return [
      ...classes,
      ...regionMenu(label),
      {
        id: 'focus',
        label: t('label.commands.focus'),
        keys: keysFor('label.focus'),
        disabled: none,
        separatorBefore: true,
        run: () => focusSelection(label.editor),
      },
      {
        id: 'duplicate',
        label: t('label.commands.duplicate'),
        keys: keysFor('label.duplicate'),
        disabled: none,
        run: () => label.duplicate(),
      },
      {
        id: 'front',
        label: t('label.commands.front'),
        keys: keysFor('label.front'),
        disabled: none,
        run: () => moveInOrder(label.editor, 'front'),
      },
      {
        id: 'back',
        label: t('label.commands.back'),
        keys: keysFor('label.back'),
        disabled: none,
        run: () => moveInOrder(label.editor, 'back'),
      },
      ...(['group', 'ungroup', 'lock', 'selectClass'] as const).map((name, i): CanvasMenuEntry => ({
        id: name,
        label: t(`selection.commands.${name}`),
        keys: keysFor(`label.${name}`),
        disabled: none || (name === 'group' && label.editor.selection.size < 2),
        separatorBefore: i === 0,
        run: () => void runCommand(`label.${name}`),
      })),
      {
        id: 'propagate',
        label: t('propagate.command'),
        keys: keysFor('label.propagate'),
        disabled: none || label.place.next === null,
        run: () => void runCommand('label.propagate'),
      },
      { id: 'hide', label: t('label.commands.hide'), keys: keysFor('label.hide'), disabled: none, run: () => hideSelection(label.editor) },
      {
        id: 'delete',
        label: t('label.commands.delete'),
        keys: keysFor('label.delete'),
        danger: true,
        disabled: none,
        run: () => deleteSelection(label.editor),
      },
    ]
  })
}
