import { boundsOfCorners, boxOfBounds } from '../../../../shared/geometry/box.ts'
import type { Bounds, ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { placeAt } from '../snapping.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

export type BoxState =
  | { readonly name: 'idle' }
  /** Button down on the first corner; a drag draws, a click waits for the second corner. */
  | { readonly name: 'dragging'; readonly from: ImageVec; readonly pressed: PointerAt }
  /** The first corner stands, the button is up. */
  | { readonly name: 'waiting'; readonly from: ImageVec }
  /** Button down on the second corner. */
  | { readonly name: 'closing'; readonly from: ImageVec }

const idle: BoxState = { name: 'idle' }

/** Corners lie on what draws them, else on pixel edges, so that a box covers whole pixels; Alt turns both off. */
const corner = (editor: Editor, at: PointerAt): ImageVec => placeAt(editor, at.image, at, { perPixel: at.alt ? 100 : 1 })

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
  editor.setDraft({ kind: 'box', bounds: extent(editor, from, at) })
}

/** A box thinner than a pixel is taken for a slip of the hand: nothing is created. */
function finish(editor: Editor, from: ImageVec, at: PointerAt): BoxState {
  const bounds = extent(editor, from, at)
  editor.setDraft(noDraft)
  if (bounds.maxX - bounds.minX >= 1 && bounds.maxY - bounds.minY >= 1) {
    editor.select([editor.commitNew('createBox' satisfies Gesture, boxOfBounds(bounds))])
  }
  return idle
}

function abandon(editor: Editor): BoxState {
  editor.setDraft(noDraft)
  return idle
}

/** Draws a box: drag from corner to corner, or click both corners. Shift: square. */
export const boxTool: Tool<BoxState> = {
  id: 'box',
  start: idle,
  table: {
    idle: {
      move(editor, state, { at }) {
        corner(editor, at)
        return state
      },
      down(editor, _, { at }) {
        editor.select([])
        const from = corner(editor, at)
        editor.setDraft({ kind: 'box', bounds: boundsOfCorners(from, from) })
        return { name: 'dragging', from, pressed: at }
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
