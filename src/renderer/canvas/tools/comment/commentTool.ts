import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { hitId } from '../../engine/hitTest.ts'
import { hitAt } from '../../engine/sight.ts'
import type { Tool } from '../tool.ts'

/** 'writing': the pin stands, the page asks for the words; it cancels the tool when they are sent. */
export type CommentState = { readonly name: 'idle' } | { readonly name: 'aiming' } | { readonly name: 'writing' }

const idle: CommentState = { name: 'idle' }
const aiming: CommentState = { name: 'aiming' }
const writing: CommentState = { name: 'writing' }

const inside = (editor: Editor, { x, y }: ImageVec): ImageVec => ({
  x: Math.min(editor.image.width, Math.max(0, x)),
  y: Math.min(editor.image.height, Math.max(0, y)),
})

function pin(editor: Editor, at: ImageVec, on: Id | null): void {
  editor.gesture.setDraft({ kind: 'pin', at: inside(editor, at), on })
}

function pinUnder(editor: Editor, at: ImageVec): void {
  const hit = hitAt(editor, at)
  pin(editor, at, hitId(hit))
}

function leave(editor: Editor): CommentState {
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Pins a comment to a place, or to the object that is there; Enter pins it to the one that is selected. */
export const commentTool: Tool<CommentState> = {
  id: 'comment',
  start: idle,
  table: {
    idle: {
      down(editor, _, { at }) {
        pin(editor, at.image, null)
        return aiming
      },
      finish(editor, state) {
        const { single } = editor
        if (!single) return state
        const { minX, minY, maxX } = shapeBounds(single.shape)
        pin(editor, { x: (minX + maxX) / 2, y: minY }, single.id)
        return writing
      },
    },
    aiming: {
      move(editor, state, { at }) {
        pin(editor, at.image, null)
        return state
      },
      up(editor, _, { at }) {
        pinUnder(editor, at.image)
        return writing
      },
      cancel: leave,
    },
    writing: {
      down(editor, _, { at }) {
        pin(editor, at.image, null)
        return aiming
      },
      back: leave,
      cancel: leave,
    },
  },
}
