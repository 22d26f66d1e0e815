import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { aim, nextPoint } from '../nextPoint.ts'
import type { PointerAt, Tool } from '../tool.ts'

export type PointState = { readonly name: 'idle' } | { readonly name: 'placing' }

const idle: PointState = { name: 'idle' }

function preview(editor: Editor, at: PointerAt): PointState {
  editor.gesture.setDraft({ kind: 'shape', shape: { kind: 'point', ...nextPoint(editor, [], at) }, size: false })
  return { name: 'placing' }
}

/** Sets a point where the button is let go, so that it can be aimed while it is held. */
export const pointTool: Tool<PointState> = {
  id: 'point',
  start: idle,
  table: {
    idle: {
      move: aim,
      down(editor, _, { at }) {
        editor.select([])
        return preview(editor, at)
      },
    },
    placing: {
      move: (editor, _, { at }) => preview(editor, at),
      up(editor, _, { at }) {
        editor.gesture.setDraft(noDraft)
        editor.select([editor.commitNew('createPoint' satisfies Gesture, { kind: 'point', ...nextPoint(editor, [], at) })])
        return idle
      },
      cancel(editor) {
        editor.gesture.setDraft(noDraft)
        return idle
      },
    },
  },
}
