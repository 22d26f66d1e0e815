import { boundsOfCorners, boxOfBounds, squareOfCorners } from '../../../../shared/geometry/box.ts'
import type { Bounds, ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../engine/actions.ts'
import type { Editor } from '../../engine/editor.ts'
import { corner, cornerTool } from '../corners.ts'
import type { PointerAt } from '../tool.ts'

/** Corners lie in the picture, and so does what is between them. */
function extent(editor: Editor, from: ImageVec, at: PointerAt): Bounds {
  const to = corner(editor, at)
  return at.shift ? squareOfCorners(from, to, editor.image) : boundsOfCorners(from, to)
}

function preview(editor: Editor, from: ImageVec, at: PointerAt): void {
  editor.gesture.setDraft({ kind: 'box', bounds: extent(editor, from, at) })
}

/** A box thinner than a pixel is taken for a slip of the hand: nothing is created. */
function create(editor: Editor, from: ImageVec, at: PointerAt): void {
  const bounds = extent(editor, from, at)
  if (bounds.maxX - bounds.minX >= 1 && bounds.maxY - bounds.minY >= 1) {
    editor.select([editor.commitNew('createBox' satisfies Gesture, boxOfBounds(bounds))])
  }
}

/** Draws a box: drag from corner to corner, or click both corners. Shift: square. */
export const boxTool = cornerTool('box', { preview, create })
