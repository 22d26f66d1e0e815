import { turning } from '../../../shared/geometry/affine.ts'
import { unionBounds } from '../../../shared/geometry/box.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Gesture } from './actions.ts'
import type { Editor } from './editor.ts'
import { resultOf, selectionFrame, startFrame } from './frame.ts'

/** Turns what is selected around its middle by keys: what the frame holds, else what has a direction of its own. Answers whether there was anything. */
export function turnSelection(editor: Editor, angleRad: number): boolean {
  const records =
    selectionFrame(editor)?.records ??
    editor.selected.filter(({ locked, shape: { kind } }) => !locked && kind !== 'mask' && kind !== 'box' && kind !== 'point')
  const bounds = unionBounds(records.map(({ shape }) => shapeBounds(shape)))
  if (!bounds) return false
  const start = startFrame({ bounds, records })
  const shapes = resultOf(editor, start, turning({ x: start.frame.cx, y: start.frame.cy }, angleRad))
  if (!shapes || !editor.commitPatches('turn' satisfies Gesture, new Map([...shapes].map(([id, shape]) => [id, { shape }])))) return false
  if (records.some(({ shape }) => shape.kind === 'mask')) editor.resampled()
  return true
}
