import { boundsOfCorners } from '../../../../shared/geometry/box.ts'
import { ellipsePolygon } from '../../../../shared/geometry/ellipse.ts'
import type { Bounds, ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { EllipseOrigin } from '../../../../shared/model/shape.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { placeAt } from '../snapping.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

export type EllipseState =
  | { readonly name: 'idle' }
  /** Button down on the first corner, or the centre; a drag draws, a click waits for the second point. */
  | { readonly name: 'dragging'; readonly from: ImageVec; readonly pressed: PointerAt }
  | { readonly name: 'waiting'; readonly from: ImageVec }
  | { readonly name: 'closing'; readonly from: ImageVec }

const idle: EllipseState = { name: 'idle' }

const place = (editor: Editor, at: PointerAt): ImageVec => placeAt(editor, at.image, at, { perPixel: at.alt ? 100 : 1 })

/** Within the picture: from corner to corner, with Ctrl from the centre; with Shift a circle. */
function ellipseAt(editor: Editor, from: ImageVec, at: PointerAt): EllipseOrigin {
  const to = place(editor, at)
  const { width, height } = editor.image
  if (at.mod) {
    const most = { x: Math.min(from.x, width - from.x), y: Math.min(from.y, height - from.y) }
    const [dx, dy] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)]
    const radius = Math.min(Math.hypot(dx, dy), most.x, most.y)
    const [rx, ry] = at.shift ? [radius, radius] : [Math.min(dx, most.x), Math.min(dy, most.y)]
    return { kind: 'ellipse', cx: from.x, cy: from.y, rx, ry, angleRad: 0 }
  }
  const { minX, minY, maxX, maxY } = at.shift ? squareWithin(editor, from, to) : boundsOfCorners(from, to)
  return { kind: 'ellipse', cx: (minX + maxX) / 2, cy: (minY + maxY) / 2, rx: (maxX - minX) / 2, ry: (maxY - minY) / 2, angleRad: 0 }
}

/** A square cut at the picture's edge would be none: its side is what there is room for. */
function squareWithin(editor: Editor, from: ImageVec, to: ImageVec): Bounds {
  const room = (start: number, end: number, size: number): number => (end < start ? start : size - start)
  const side = Math.min(
    Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)),
    room(from.x, to.x, editor.image.width),
    room(from.y, to.y, editor.image.height),
  )
  const end = (start: number, wished: number): number => (wished < start ? start - side : start + side)
  return boundsOfCorners(from, { x: end(from.x, to.x), y: end(from.y, to.y) })
}

function preview(editor: Editor, from: ImageVec, at: PointerAt): void {
  const origin = ellipseAt(editor, from, at)
  editor.setDraft(origin.rx > 0 && origin.ry > 0 ? { kind: 'shape', shape: ellipsePolygon(origin), size: false } : noDraft)
}

/** An ellipse thinner than a pixel is taken for a slip of the hand: nothing is created. */
function finish(editor: Editor, from: ImageVec, at: PointerAt): EllipseState {
  const origin = ellipseAt(editor, from, at)
  editor.setDraft(noDraft)
  if (origin.rx >= 0.5 && origin.ry >= 0.5) editor.select([editor.commitNew('createEllipse' satisfies Gesture, ellipsePolygon(origin))])
  return idle
}

function abandon(editor: Editor): EllipseState {
  editor.setDraft(noDraft)
  return idle
}

/** Draws an ellipse by a drag or two clicks, corner to corner or with Ctrl from the centre. Shift: a circle. */
export const ellipseTool: Tool<EllipseState> = {
  id: 'ellipse',
  start: idle,
  table: {
    idle: {
      move(editor, state, { at }) {
        place(editor, at)
        return state
      },
      down(editor, _, { at }) {
        editor.select([])
        return { name: 'dragging', from: place(editor, at), pressed: at }
      },
    },
    dragging: {
      move(editor, state, { at }) {
        preview(editor, state.from, at)
        return state
      },
      up: (editor, { from, pressed }, { at }) => (isDrag(pressed, at) ? finish(editor, from, at) : { name: 'waiting', from }),
      cancel: abandon,
    },
    waiting: {
      move(editor, state, { at }) {
        preview(editor, state.from, at)
        return state
      },
      down(editor, { from }, { at }) {
        preview(editor, from, at)
        return { name: 'closing', from }
      },
      back: abandon,
      cancel: abandon,
    },
    closing: {
      move(editor, state, { at }) {
        preview(editor, state.from, at)
        return state
      },
      up: (editor, { from }, { at }) => finish(editor, from, at),
      cancel: abandon,
    },
  },
}
