import { boundsOfCorners, squareOfCorners } from '../../../../shared/geometry/box.ts'
import { ellipsePolygon } from '../../../../shared/geometry/ellipse.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { EllipseOrigin } from '../../../../shared/model/shape.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { corner, cornerTool } from '../corners.ts'
import type { PointerAt } from '../tool.ts'

/** Within the picture: from corner to corner, with Ctrl from the centre; with Shift a circle. */
function ellipseAt(editor: Editor, from: ImageVec, at: PointerAt): EllipseOrigin {
  const to = corner(editor, at)
  const { width, height } = editor.image
  if (at.mod) {
    const most = { x: Math.min(from.x, width - from.x), y: Math.min(from.y, height - from.y) }
    const [dx, dy] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)]
    const radius = Math.min(Math.hypot(dx, dy), most.x, most.y)
    const [rx, ry] = at.shift ? [radius, radius] : [Math.min(dx, most.x), Math.min(dy, most.y)]
    return { kind: 'ellipse', cx: from.x, cy: from.y, rx, ry, angleRad: 0 }
  }
  const { minX, minY, maxX, maxY } = at.shift ? squareOfCorners(from, to, editor.image) : boundsOfCorners(from, to)
  return { kind: 'ellipse', cx: (minX + maxX) / 2, cy: (minY + maxY) / 2, rx: (maxX - minX) / 2, ry: (maxY - minY) / 2, angleRad: 0 }
}

function preview(editor: Editor, from: ImageVec, at: PointerAt): void {
  const origin = ellipseAt(editor, from, at)
  editor.gesture.setDraft(origin.rx > 0 && origin.ry > 0 ? { kind: 'shape', shape: ellipsePolygon(origin), size: false } : noDraft)
}

/** An ellipse thinner than a pixel is taken for a slip of the hand: nothing is created. */
function create(editor: Editor, from: ImageVec, at: PointerAt): void {
  const origin = ellipseAt(editor, from, at)
  if (origin.rx >= 0.5 && origin.ry >= 0.5) editor.select([editor.commitNew('createEllipse' satisfies Gesture, ellipsePolygon(origin))])
}

/** Draws an ellipse by a drag or two clicks, corner to corner or with Ctrl from the centre. Shift: a circle. */
export const ellipseTool = cornerTool('ellipse', { preview, create })
