import { isDrawing, type DrawingToolId, type ToolId } from '../../canvas/tools/tool.ts'
import { deleteSelection, focusSelection, selectAll, stepSelection, stepVertex } from '../../canvas/engine/actions.ts'
import { actualSize, zoomAt } from '../../canvas/engine/camera.ts'
import { moveInOrder } from '../../canvas/engine/order.ts'
import type { MessageKey } from '../../i18n/i18n.ts'
import type { Command } from '../../ui/commands.ts'
import type { LabelState } from './labelStore.ts'
import { hideSelection, showAll, toggleLook } from './lookActions.ts'

/** What the page adds to the store's own actions. */
export interface LabelMoves {
  readonly next: () => void
  readonly previous: () => void
  readonly doneAndNext: () => void
  /** Takes the selection along. */
  readonly pasteIntoNext: () => void
}

const orderKeys = [
  ['forward', 'PageUp'],
  ['backward', 'PageDown'],
  ['front', 'Shift+PageUp'],
  ['back', 'Shift+PageDown'],
] as const

/** Marked text is what Ctrl+C means. */
const noText = (): boolean => window.getSelection()?.isCollapsed ?? true

const groupKey = 'label.group' satisfies MessageKey

type Extra = Omit<Command, 'id' | 'labelKey' | 'groupKey' | 'run' | 'shortcuts'>
const command = (id: string, labelKey: MessageKey, shortcuts: readonly string[], run: () => void, extra: Extra = {}): Command => ({
  id: `label.${id}`,
  labelKey,
  groupKey,
  shortcuts,
  run,
  ...extra,
})

/** Zooms around the middle of the viewport. */
export function zoomBy(label: LabelState, factor: number): void {
  const { camera, view, image } = label.editor
  label.editor.setCamera(zoomAt(camera, { x: view.width / 2, y: view.height / 2 }, factor, view, image))
}

export function zoomActual(label: LabelState): void {
  const { camera, view, image } = label.editor
  label.editor.setCamera(actualSize(camera, view, image))
}

/** Commands of the Label page. Keys that belong to a drawing under way (Enter, Backspace, Esc, arrows, Space) are in canvasView.ts. */
export function labelCommands(label: LabelState, moves: LabelMoves): readonly Command[] {
  const { editor, tools } = label
  const open = (): boolean => label.item !== null
  const selected = (): boolean => editor.selection.size > 0
  let lastDrawing: DrawingToolId = 'box'
  const choose = (tool: ToolId): void => {
    if (isDrawing(tool)) lastDrawing = tool
    tools.choose(tool)
  }
  return [
    command('next', 'label.commands.next', ['D'], moves.next, { when: () => label.place.next !== null }),
    command('previous', 'label.commands.previous', ['A'], moves.previous, { when: () => label.place.previous !== null }),
    command('doneNext', 'label.commands.doneNext', ['Mod+Enter'], moves.doneAndNext, { when: open }),
    command('select', 'label.commands.select', ['V'], () => choose('select')),
    command('box', 'label.commands.box', ['R'], () => choose('box'), { when: open }),
    command('polygon', 'label.commands.polygon', ['P'], () => choose('polygon'), { when: open }),
    command('rotatedBox', 'label.commands.rotatedBox', ['O'], () => choose('rotatedBox'), { when: open }),
    command('polyline', 'label.commands.polyline', ['Shift+L'], () => choose('polyline'), { when: open }),
    command('point', 'label.commands.point', ['Shift+P'], () => choose('point'), { when: open }),
    command('pan', 'label.commands.pan', [], () => choose('pan'), { when: open }),
    command('repeat', 'label.commands.repeat', ['N'], () => choose(lastDrawing), { when: open }),
    command('undo', 'label.commands.undo', ['Mod+Z'], () => void label.undo(), { when: () => label.canUndo }),
    command('redo', 'label.commands.redo', ['Mod+Shift+Z', 'Mod+Y'], () => void label.redo(), { when: () => label.canRedo }),
    command('delete', 'label.commands.delete', ['Delete'], () => deleteSelection(editor), { when: selected, undo: 'journal' }),
    command('selectAll', 'label.commands.selectAll', ['Mod+A'], () => selectAll(editor), { when: open }),
    command('copy', 'label.commands.copy', ['Mod+C'], label.copy, { when: () => selected() && noText() }),
    command('paste', 'label.commands.paste', ['Mod+V'], label.paste, { when: () => open() && label.clipboard.filled, undo: 'journal' }),
    command('duplicate', 'label.commands.duplicate', ['Mod+D'], label.duplicate, { when: selected, undo: 'journal' }),
    command('pasteNext', 'label.commands.pasteNext', ['Mod+B'], moves.pasteIntoNext, {
      when: () => selected() && label.place.next !== null,
      undo: 'journal',
    }),
    ...orderKeys.map(([move, keys]) =>
      command(move, `label.commands.${move}`, [keys], () => moveInOrder(editor, move), { when: selected, undo: 'journal' }),
    ),
    command('nextObject', 'label.commands.nextObject', ['.'], () => stepSelection(editor, 1), { when: open }),
    command('previousObject', 'label.commands.previousObject', [','], () => stepSelection(editor, -1), { when: open }),
    command('nextVertex', 'label.commands.nextVertex', [']'], () => void stepVertex(editor, 1), { when: selected }),
    command('previousVertex', 'label.commands.previousVertex', ['['], () => void stepVertex(editor, -1), { when: selected }),
    command('hide', 'label.commands.hide', ['H'], () => hideSelection(editor), { when: selected }),
    command('showAll', 'label.commands.showAll', ['Shift+H'], () => showAll(editor)),
    command('masks', 'label.commands.masks', ['M'], () => toggleLook(editor, 'masks')),
    command('shapes', 'label.commands.shapes', ['S'], () => toggleLook(editor, 'shapes')),
    command('names', 'label.commands.names', ['T'], () => toggleLook(editor, 'names')),
    command('fit', 'label.commands.fit', ['F'], () => editor.fit(), { when: open }),
    command('focus', 'label.commands.focus', ['Shift+F'], () => focusSelection(editor), { when: selected }),
    command('actual', 'label.commands.actual', ['0'], () => zoomActual(label), { when: open }),
    command('zoomIn', 'label.commands.zoomIn', ['plus', '='], () => zoomBy(label, 1.25), { when: open }),
    command('zoomOut', 'label.commands.zoomOut', ['-'], () => zoomBy(label, 0.8), { when: open }),
    ...classCommands(label),
  ]
}

/** 1 to 9: the class of that place, for the selection and for what is drawn next. */
function classCommands(label: LabelState): Command[] {
  return Array.from({ length: 9 }, (_, i) =>
    command(
      `class${i + 1}`,
      'label.commands.class',
      [String(i + 1)],
      () => {
        const record = label.classes[i]
        if (record) label.useClass(record.id)
      },
      { when: () => label.item !== null && i < label.classes.length, hidden: i > 0 },
    ),
  )
}
