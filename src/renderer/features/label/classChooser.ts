import { shallowRef } from 'vue'
import { toImage, toScreen } from '../../canvas/engine/camera.ts'
import type { LabelState } from './labelStore.ts'
import { hitAt, selectionBounds } from '../../canvas/engine/sight.ts'

/** Where the list of classes is open, in CSS pixels of the canvas; null: closed. */
export const chooserAt = shallowRef<{ readonly x: number; readonly y: number } | null>(null)

/** The class is that of the selection; without one, and while something is drawn, that of what is drawn next. */
export const isForSelection = ({ editor, tools }: LabelState): boolean => editor.selection.size > 0 && !tools.busy

/** Opens it beside the selection, else at the pointer or in the middle. */
export function chooseClass(label: LabelState): void {
  const { camera, view, gesture } = label.editor
  const bounds = isForSelection(label) ? selectionBounds(label.editor) : null
  const at = bounds ? { x: (bounds.minX + bounds.maxX) / 2, y: (bounds.minY + bounds.maxY) / 2 } : gesture.pointer
  chooserAt.value = at ? toScreen(camera, at) : { x: view.width / 2, y: view.height / 2 }
}

/** A double click on an object, while objects are selected by clicks, opens it there. */
export function chooseClassAt(label: LabelState, event: MouseEvent): void {
  const { editor, tools } = label
  if (tools.active !== 'select' || tools.busy || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
  const at = { x: event.clientX - box.left, y: event.clientY - box.top }
  const hit = hitAt(editor, toImage(editor.camera, at))
  // A double click on a vertex or a '+' is two clicks there.
  if (hit.kind !== 'shape' && hit.kind !== 'handle' && hit.kind !== 'turn') return
  if (!editor.selection.has(hit.id)) editor.select([hit.id])
  chooserAt.value = at
}
