import { tuple } from '../../../../shared/geometry/point.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { chainRow, drawing, keepChain, nextStep, pointsOf, resumeChain, startChain, withStep, type Chain } from '../chain.ts'
import { aim, nextPoint } from '../nextPoint.ts'
import type { PointerAt, Tool } from '../tool.ts'

export type PolylineState = { readonly name: 'idle' } | ({ readonly name: 'drawing' } & Chain)

const idle: PolylineState = { name: 'idle' }

function preview(editor: Editor, chain: Chain, at: PointerAt | null): PolylineState {
  const points = pointsOf(chain)
  const next = at && nextStep(editor, chain, at)
  editor.gesture.setDraft({ kind: 'polyline', points, ahead: next?.border ?? [], cursor: next?.point ?? points.at(-1)! })
  return drawing(chain, at)
}

/** Ends the line; of a single point drawing goes on. */
function finish(editor: Editor, chain: Chain): PolylineState {
  const points = pointsOf(chain)
  if (points.length < 2) return drawing(chain, chain.at)
  editor.gesture.setDraft(noDraft)
  editor.select([editor.commitNew('createPolyline' satisfies Gesture, { kind: 'polyline', points: points.map(tuple) })])
  return idle
}

function abandon(editor: Editor): PolylineState {
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Draws a line click by click, with Ctrl along the border of a neighbour; a double click or Enter ends it. */
export const polylineTool: Tool<PolylineState> = {
  id: 'polyline',
  start: idle,
  keep: keepChain,
  resume: resumeChain(preview),
  table: {
    idle: {
      move: aim,
      down(editor, _, { at }) {
        editor.select([])
        return preview(editor, startChain(nextPoint(editor, [], at)), null)
      },
    },
    drawing: {
      ...chainRow<PolylineState>({ preview, finish, abandon }),
      down: (editor, state, { at, clicks }) => (clicks >= 2 ? finish(editor, state) : preview(editor, withStep(editor, state, at), at)),
    },
  },
}
