import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { borderTo, chainRow, drawing, keepChain, nextStep, pointsOf, resumeChain, startChain, withStep, type Chain } from '../chain.ts'
import { aim, closesRing, nextPoint } from '../nextPoint.ts'
import { beginRing, commitRing } from '../ring.ts'
import { simplified, sketchTo } from '../sketch.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

export type PolygonState =
  | { readonly name: 'idle' }
  | ({ readonly name: 'drawing' } & Chain)
  /** Button down with Shift: a drag from here draws by hand; `before` is what was drawn before the press. */
  | ({ readonly name: 'pressed'; readonly from: PointerAt; readonly before: Chain | null } & Chain)
  /** By hand, from the last point of `before` or from where the button went down. */
  | ({ readonly name: 'sketching'; readonly stroke: readonly ImageVec[] } & Chain)

const idle: PolygonState = { name: 'idle' }

function preview(editor: Editor, chain: Chain, at: PointerAt | null): PolygonState {
  const points = pointsOf(chain)
  const first = points[0]!
  if (at && closesRing(editor, points, at.image)) {
    editor.gesture.setSnap(null)
    editor.gesture.setDraft({ kind: 'polygon', points, ahead: borderTo(editor, chain, first, at), cursor: first, closing: true })
  } else {
    const next = at && nextStep(editor, chain, at)
    editor.gesture.setDraft({ kind: 'polygon', points, ahead: next?.border ?? [], cursor: next?.point ?? points.at(-1)!, closing: false })
  }
  return drawing(chain, at)
}

/** Closes the ring; with too few points, or none that span an area, drawing goes on. */
const finish = (editor: Editor, chain: Chain, border: readonly ImageVec[] = []): PolygonState =>
  commitRing(editor, [...pointsOf(chain), ...border]) ? idle : drawing(chain, chain.at)

function abandon(editor: Editor): PolygonState {
  editor.gesture.setDraft(noDraft)
  return idle
}

/** With Shift a press may become a drag that draws by hand. */
function pressed(editor: Editor, chain: Chain, before: Chain | null, at: PointerAt): PolygonState {
  const next = preview(editor, chain, before ? at : null)
  return at.shift && !at.byKeys ? { ...drawing(chain, null), name: 'pressed', from: at, before } : next
}

function sketch(editor: Editor, chain: Chain, stroke: readonly ImageVec[]): PolygonState {
  const points = pointsOf(chain)
  const [, ...line] = simplified(editor, stroke)
  editor.gesture.setDraft({ kind: 'polygon', points, ahead: line.slice(0, -1), cursor: line.at(-1) ?? points.at(-1)!, closing: false })
  return { ...drawing(chain, null), name: 'sketching', stroke }
}

function endSketch(editor: Editor, { stroke, ...chain }: Extract<PolygonState, { name: 'sketching' }>): PolygonState {
  const [, ...line] = simplified(editor, stroke)
  const drawn = line.length > 0 ? { ...chain, steps: [...chain.steps, line] } : chain
  // A line that came back to the first point is closed already.
  return closesRing(editor, pointsOf(drawn), line.at(-1) ?? stroke[0]!) ? finish(editor, drawn) : preview(editor, drawn, null)
}

/**
 * Draws a polygon click by click, with Ctrl along the border of a neighbour, with Shift in steps of 15 degrees or, dragging, by hand; the first point, a
 * double click or Enter closes it.
 */
export const polygonTool: Tool<PolygonState> = {
  id: 'polygon',
  start: idle,
  keep: keepChain,
  resume: resumeChain(preview),
  table: {
    idle: {
      move: aim,
      down(editor, _, { at }) {
        if (!beginRing(editor)) return idle
        return pressed(editor, startChain(nextPoint(editor, [], at)), null, at)
      },
    },
    drawing: {
      ...chainRow<PolygonState>({ preview, finish, abandon }),
      down(editor, state, { at, clicks }) {
        const points = pointsOf(state)
        if (clicks >= 2) return finish(editor, state)
        if (closesRing(editor, points, at.image)) return finish(editor, state, borderTo(editor, state, points[0]!, at))
        return pressed(editor, withStep(editor, state, at), state, at)
      },
    },
    pressed: {
      move(editor, state, { at }) {
        const { from, before } = state
        if (!isDrag(from, at)) return state
        editor.gesture.setSnap(null)
        const chain = before ?? state
        return sketch(editor, chain, sketchTo(editor, sketchTo(editor, [pointsOf(chain).at(-1)!], from), at))
      },
      up: (editor, state, { at }) => preview(editor, { steps: state.steps, way: 0, at }, at),
      // What the press has added.
      back: (editor, { before }) => (before ? preview(editor, before, null) : abandon(editor)),
      cancel: abandon,
    },
    sketching: {
      move: (editor, state, { at }) => sketch(editor, state, sketchTo(editor, state.stroke, at)),
      up: (editor, state) => endSketch(editor, state),
      back: (editor, state) => preview(editor, state, null),
      cancel: abandon,
    },
  },
}
