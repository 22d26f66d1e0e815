import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { aim, nextPoint } from '../nextPoint.ts'
import { beginRing, commitRing } from '../ring.ts'
import { simplified, sketchTo } from '../sketch.ts'
import type { Tool } from '../tool.ts'

export type LassoState = { readonly name: 'idle' } | { readonly name: 'sketching'; readonly stroke: readonly ImageVec[] }

const idle: LassoState = { name: 'idle' }

function preview(editor: Editor, stroke: readonly ImageVec[]): LassoState {
  const points = simplified(editor, stroke)
  editor.gesture.setDraft({ kind: 'polygon', points, marks: points, ahead: [], cursor: points[0]!, closing: false })
  return { name: 'sketching', stroke }
}

function abandon(editor: Editor): LassoState {
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Freehand lasso: the outline follows the pointer while the button is down, and is closed when it is let go. */
export const lassoTool: Tool<LassoState> = {
  id: 'lasso',
  start: idle,
  table: {
    idle: {
      move: aim,
      down(editor, _, { at }) {
        if (!beginRing(editor)) return idle
        return preview(editor, [nextPoint(editor, [], at)])
      },
    },
    sketching: {
      move(editor, { stroke }, { at }) {
        nextPoint(editor, [], at)
        return preview(editor, sketchTo(editor, stroke, at))
      },
      up(editor, { stroke }, { at }) {
        // What draws the end is where the line ends; a line without an area is a slip of the hand.
        const end = nextPoint(editor, [], at)
        const line = editor.gesture.snap ? [...stroke, end] : sketchTo(editor, stroke, at)
        return commitRing(editor, simplified(editor, line)) ? idle : abandon(editor)
      },
      cancel: abandon,
    },
  },
}
