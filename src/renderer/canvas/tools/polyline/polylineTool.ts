import { distance, tuple } from '../../../../shared/geometry/point.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { nextPoint } from '../nextPoint.ts'
import type { Tool } from '../tool.ts'

export type PolylineState = { readonly name: 'idle' } | { readonly name: 'drawing'; readonly points: readonly ImageVec[] }

const idle: PolylineState = { name: 'idle' }

function preview(editor: Editor, points: readonly ImageVec[], cursor: ImageVec): PolylineState {
  editor.setDraft({ kind: 'polyline', points, cursor })
  return { name: 'drawing', points }
}

/** Ends the line; of a single point drawing goes on. */
function finish(editor: Editor, points: readonly ImageVec[]): PolylineState {
  if (points.length < 2) return { name: 'drawing', points }
  editor.setDraft(noDraft)
  editor.select([editor.commitNew('createPolyline' satisfies Gesture, { kind: 'polyline', points: points.map(tuple) })])
  return idle
}

function abandon(editor: Editor): PolylineState {
  editor.setDraft(noDraft)
  return idle
}

/** Draws a line click by click; a double click or Enter ends it. */
export const polylineTool: Tool<PolylineState> = {
  id: 'polyline',
  start: idle,
  table: {
    idle: {
      down(editor, _, { at }) {
        editor.select([])
        const first = nextPoint(editor, [], at)
        return preview(editor, [first], first)
      },
    },
    drawing: {
      down(editor, { points }, { at, clicks }) {
        if (clicks >= 2) return finish(editor, points)
        const point = nextPoint(editor, points, at)
        if (distance(points.at(-1)!, point) === 0) return { name: 'drawing', points }
        return preview(editor, [...points, point], point)
      },
      move: (editor, { points }, { at }) => preview(editor, points, nextPoint(editor, points, at)),
      finish: (editor, { points }) => finish(editor, points),
      back: (editor, { points }) => (points.length > 1 ? preview(editor, points.slice(0, -1), points.at(-2)!) : abandon(editor)),
      cancel: abandon,
    },
  },
}
