import { rotatedBoxOn } from '../../../../shared/geometry/rotatedBox.ts'
import { tuple } from '../../../../shared/geometry/point.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { RotatedBoxShape } from '../../../../shared/model/shape.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { aim, nextPoint } from '../nextPoint.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

export type RotatedBoxState =
  | { readonly name: 'idle' }
  /** Button down on the first end of a side; a drag draws the side, a click waits for its other end. */
  | { readonly name: 'dragging'; readonly from: ImageVec; readonly pressed: PointerAt }
  | { readonly name: 'side'; readonly from: ImageVec }
  /** The side stands; the next click says how far the box reaches across. */
  | { readonly name: 'across'; readonly from: ImageVec; readonly to: ImageVec }

const idle: RotatedBoxState = { name: 'idle' }

function previewSide(editor: Editor, from: ImageVec, at: PointerAt): ImageVec {
  const to = nextPoint(editor, [from], at)
  editor.gesture.setDraft({ kind: 'shape', shape: { kind: 'polyline', points: [tuple(from), tuple(to)] }, size: false })
  return to
}

/** A side shorter than a pixel is taken for a slip of the hand. */
function endSide(editor: Editor, from: ImageVec, at: PointerAt): RotatedBoxState {
  const to = previewSide(editor, from, at)
  return Math.hypot(to.x - from.x, to.y - from.y) < 1 ? { name: 'side', from } : { name: 'across', from, to }
}

/** The box as far across as the pointer, with Shift as far as the side is long. */
function boxAt(editor: Editor, { from, to }: { from: ImageVec; to: ImageVec }, at: PointerAt): RotatedBoxShape | null {
  const box = rotatedBoxOn(from, to, nextPoint(editor, [], { ...at, shift: false }))
  if (!box || !at.shift) return box
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  const grown = box.w / box.h
  return { ...box, cx: middle.x + (box.cx - middle.x) * grown, cy: middle.y + (box.cy - middle.y) * grown, h: box.w }
}

function finish(editor: Editor, state: Extract<RotatedBoxState, { name: 'across' }>, at: PointerAt): RotatedBoxState {
  const box = boxAt(editor, state, at)
  if (!box || box.h < 1) return state
  editor.gesture.setDraft(noDraft)
  editor.select([editor.commitNew('createRotatedBox' satisfies Gesture, box)])
  return idle
}

function abandon(editor: Editor): RotatedBoxState {
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Draws a rotated box: first one of its sides, by a drag or two clicks, then how far it reaches across. Shift: the side in steps of 15 degrees, then a square. */
export const rotatedBoxTool: Tool<RotatedBoxState> = {
  id: 'rotatedBox',
  start: idle,
  table: {
    idle: {
      move: aim,
      down(editor, _, { at }) {
        editor.select([])
        const from = nextPoint(editor, [], at)
        previewSide(editor, from, at)
        return { name: 'dragging', from, pressed: at }
      },
    },
    dragging: {
      move(editor, state, { at }) {
        previewSide(editor, state.from, at)
        return state
      },
      up: (editor, { from, pressed }, { at }) => (isDrag(pressed, at) ? endSide(editor, from, at) : { name: 'side', from }),
      cancel: abandon,
    },
    side: {
      move(editor, state, { at }) {
        previewSide(editor, state.from, at)
        return state
      },
      down: (editor, { from }, { at }) => endSide(editor, from, at),
      back: abandon,
      cancel: abandon,
    },
    across: {
      move(editor, state, { at }) {
        const box = boxAt(editor, state, at)
        if (box) editor.gesture.setDraft({ kind: 'shape', shape: box, size: true })
        return state
      },
      down: (editor, state, { at }) => finish(editor, state, at),
      back(editor, { from, to }) {
        editor.gesture.setDraft({ kind: 'shape', shape: { kind: 'polyline', points: [tuple(from), tuple(to)] }, size: false })
        return { name: 'side', from }
      },
      cancel: abandon,
    },
  },
}
