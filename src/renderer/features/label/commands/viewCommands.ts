import { focusSelection } from '../../../canvas/engine/actions.ts'
import { actualSize, fitWidthCamera, zoomAt } from '../../../canvas/engine/camera.ts'
import type { Command } from '../../../ui/commands.ts'
import type { LabelState } from '../labelStore.ts'
import { hideSelection, showAll, toggleAll, toggleLook } from '../lookActions.ts'
import { command } from './command.ts'

/** Zooms around the middle of the viewport. */
export function zoomBy(label: LabelState, factor: number): void {
  const { camera, view, image } = label.editor
  label.editor.setCamera(zoomAt(camera, { x: view.width / 2, y: view.height / 2 }, factor, view, image))
}

export function zoomActual(label: LabelState): void {
  const { camera, view, image } = label.editor
  label.editor.setCamera(actualSize(camera, view, image))
}

function fitWidth({ editor }: LabelState): void {
  editor.setCamera(fitWidthCamera(editor.view, editor.image))
}

/** What is on show, and from how near. */
export function viewCommands(label: LabelState): readonly Command[] {
  const { editor } = label
  const open = (): boolean => label.item !== null
  const selected = (): boolean => editor.selection.size > 0
  return [
    command('hide', 'label.commands.hide', ['H'], () => hideSelection(editor), { when: selected }),
    command('hideAll', 'label.commands.hideAll', ['Mod+H'], () => toggleAll(editor)),
    command('showAll', 'label.commands.showAll', ['Shift+H'], () => showAll(editor)),
    command('masks', 'label.commands.masks', ['M'], () => toggleLook(editor, 'masks')),
    command('shapes', 'label.commands.shapes', ['S'], () => toggleLook(editor, 'shapes')),
    command('names', 'label.commands.names', ['T'], () => toggleLook(editor, 'names')),
    command('fit', 'label.commands.fit', ['F', 'Mod+F'], () => editor.fit(), { when: open }),
    command('fitWidth', 'label.commands.fitWidth', ['Mod+Shift+F'], () => fitWidth(label), { when: open }),
    command('focus', 'label.commands.focus', ['Shift+F'], () => focusSelection(editor), { when: selected }),
    command('actual', 'label.commands.actual', ['0'], () => zoomActual(label), { when: open }),
    command('zoomIn', 'label.commands.zoomIn', ['plus', '='], () => zoomBy(label, 1.25), { when: open }),
    command('zoomOut', 'label.commands.zoomOut', ['-'], () => zoomBy(label, 0.8), { when: open }),
  ]
}
