import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import { noDraft } from '../engine/draft.ts'
import type { Editor } from '../engine/editor.ts'
import { placeAt } from './snapping.ts'
import { isDrag, type PointerAt, type Tool, type ToolId } from './tool.ts'

export type CornerState =
  | { readonly name: 'idle' }
  /** Button down on the first point; a drag draws, a click waits for the second point. */
  | { readonly name: 'dragging'; readonly from: ImageVec; readonly pressed: PointerAt }
  /** The first point stands, the button is up. */
  | { readonly name: 'waiting'; readonly from: ImageVec }
  /** Button down on the second point. */
  | { readonly name: 'closing'; readonly from: ImageVec }

const idle: CornerState = { name: 'idle' }

/** Corners lie on what draws them, else on pixel edges, so that a shape covers whole pixels; Alt turns both off. */
export const corner = (editor: Editor, at: PointerAt): ImageVec => placeAt(editor, at.image, at, { perPixel: at.alt ? 100 : 1 })

interface CornerDrawing {
  readonly preview: (editor: Editor, from: ImageVec, at: PointerAt) => void
  /** Creates the shape; the draft is gone already. */
  readonly create: (editor: Editor, from: ImageVec, at: PointerAt) => void
}

/** A tool that draws by a drag, or by two clicks, from one point to another. */
export function cornerTool(id: ToolId, { preview, create }: CornerDrawing): Tool<CornerState> {
  const follow = <S extends CornerState & { readonly from: ImageVec }>(editor: Editor, state: S, { at }: { readonly at: PointerAt }): S => {
    preview(editor, state.from, at)
    return state
  }
  const abandon = (editor: Editor): CornerState => {
    editor.gesture.setDraft(noDraft)
    return idle
  }
  const finish = (editor: Editor, from: ImageVec, at: PointerAt): CornerState => {
    editor.gesture.setDraft(noDraft)
    create(editor, from, at)
    return idle
  }
  return {
    id,
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
          preview(editor, from, at)
          return { name: 'dragging', from, pressed: at }
        },
      },
      dragging: {
        move: follow,
        up: (editor, { from, pressed }, { at }) => (isDrag(pressed, at) ? finish(editor, from, at) : { name: 'waiting', from }),
        cancel: abandon,
      },
      waiting: {
        move: follow,
        down(editor, { from }, { at }) {
          preview(editor, from, at)
          return { name: 'closing', from }
        },
        back: abandon,
        cancel: abandon,
      },
      closing: { move: follow, up: (editor, { from }, { at }) => finish(editor, from, at), cancel: abandon },
    },
  }
}
