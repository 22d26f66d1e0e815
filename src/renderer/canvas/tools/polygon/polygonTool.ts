import { distance, tuple } from '../../../../shared/geometry/point.ts'
import { normaliseRing } from '../../../../shared/geometry/polygon.ts'
import type { ImageVec, ScreenPx } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { borderTo, nextStep, pointsOf, startChain, stepBack, withStep, type Chain } from '../chain.ts'
import { aim, nextPoint } from '../nextPoint.ts'
import type { PointerAt, Tool } from '../tool.ts'

export type PolygonState = { readonly name: 'idle' } | ({ readonly name: 'drawing' } & Chain)

const idle: PolygonState = { name: 'idle' }
const closeReach: ScreenPx = 10

const wouldClose = (editor: Editor, points: readonly ImageVec[], at: PointerAt): boolean =>
  points.length >= 3 && distance(points[0]!, at.image) * editor.camera.scale <= closeReach

function preview(editor: Editor, chain: Chain, at: PointerAt | null): PolygonState {
  const points = pointsOf(chain)
  const first = points[0]!
  if (at && wouldClose(editor, points, at)) {
    editor.setSnap(null)
    editor.setDraft({ kind: 'polygon', points, ahead: borderTo(editor, chain, first, at), cursor: first, closing: true })
  } else {
    const next = at && nextStep(editor, chain, at)
    editor.setDraft({ kind: 'polygon', points, ahead: next?.border ?? [], cursor: next?.point ?? points.at(-1)!, closing: false })
  }
  return { name: 'drawing', ...chain, at }
}

/** Closes the ring; with too few points, or none that span an area, drawing goes on. */
function finish(editor: Editor, chain: Chain, border: readonly ImageVec[] = []): PolygonState {
  const ring = normaliseRing([...pointsOf(chain), ...border].map(tuple))
  if (!ring) return { name: 'drawing', ...chain }
  editor.setDraft(noDraft)
  editor.select([editor.commitNew('createPolygon' satisfies Gesture, { kind: 'polygon', parts: [{ outer: ring, holes: [] }] })])
  return idle
}

function abandon(editor: Editor): PolygonState {
  editor.setDraft(noDraft)
  return idle
}

/** Draws a polygon click by click, with Ctrl along the border of a neighbour; the first point, a double click or Enter closes it. */
export const polygonTool: Tool<PolygonState> = {
  id: 'polygon',
  start: idle,
  table: {
    idle: {
      move: aim,
      down(editor, _, { at }) {
        editor.select([])
        return preview(editor, startChain(nextPoint(editor, [], at)), null)
      },
    },
    drawing: {
      down(editor, state, { at, clicks }) {
        const points = pointsOf(state)
        if (clicks >= 2) return finish(editor, state)
        if (wouldClose(editor, points, at)) return finish(editor, state, borderTo(editor, state, points[0]!, at))
        return preview(editor, withStep(editor, state, at), at)
      },
      move: (editor, state, { at }) => preview(editor, state, at),
      finish: (editor, state) => finish(editor, state),
      otherWay: (editor, state) => preview(editor, { ...state, way: state.way + 1 }, state.at),
      back(editor, state) {
        const shorter = stepBack(state)
        return shorter ? preview(editor, shorter, null) : abandon(editor)
      },
      cancel: abandon,
    },
  },
}
