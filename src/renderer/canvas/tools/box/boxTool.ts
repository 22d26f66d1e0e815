import { boundsOfCorners, boxOfBounds } from '../../../../shared/geometry/box.ts'
import type { Bounds, ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../engine/actions.ts'
import type { Editor } from '../../engine/editor.ts'
import { corner, cornerTool } from '../corners.ts'
import type { PointerAt } from '../tool.ts'

const extent = (editor: Editor, from: ImageVec, at: PointerAt): Bounds => {
  const bounds = boundsOfCorners(from, corner(editor, at), at.shift)
  return {
    minX: Math.max(0, bounds.minX),
    minY: Math.max(0, bounds.minY),
    maxX: Math.min(editor.image.width, bounds.maxX),
    maxY: Math.min(editor.image.height, bounds.maxY),
  }
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
