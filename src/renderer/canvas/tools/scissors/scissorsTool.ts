import { distance } from '../../../../shared/geometry/point.ts'
import type { ImagePx, ImageVec, ScreenPx } from '../../../../shared/geometry/spaces.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { borderTo, chainRow, drawing, keepChain, pointsOf, resumeChain, seedsOf, startChain, type Chain } from '../chain.ts'
import { closesRing } from '../nextPoint.ts'
import { beginRing, commitRing } from '../ring.ts'
import { simplified } from '../sketch.ts'
import { placeAt } from '../snapping.ts'
import type { PointerAt, Tool } from '../tool.ts'

export type ScissorsState =
  | { readonly name: 'idle' }
  | ({ readonly name: 'drawing' } & Chain)
  /** A click whose wire is still being worked out; it is taken when it is known. `closes`: it was on the first point. */
  | ({ readonly name: 'settling'; readonly clicked: PointerAt; readonly closes: boolean } & Chain)

const idle: ScissorsState = { name: 'idle' }
/** How far around the pointer the strongest edge is looked for. */
const edgeReach: ScreenPx = 6
const farthestEdge: ImagePx = 12

/** Boxes stand around what is seen, not along its edges: they do not draw the wire away from them. */
const seedAt = (editor: Editor, at: PointerAt): ImageVec => placeAt(editor, at.image, at, { perPixel: 10, ignore: ['box', 'rotatedBox'] })

/** What a click would add: the wire to the pointer, simplified; `exact` false while a better one is being worked out. */
interface WireStep {
  readonly step: readonly ImageVec[]
  readonly exact: boolean
}

/** Alt draws straight; so does a place that is too far away, or a picture without pixels. A neighbour's vertex or border draws the end. */
function wireStep(editor: Editor, chain: Chain, at: PointerAt, closes: boolean): WireStep {
  const points = pointsOf(chain)
  const point = closes ? points[0]! : seedAt(editor, at)
  const border = closes ? [] : borderTo(editor, chain, point, at)
  const straight = { step: [...border, point], exact: true }
  if (at.alt || border.length > 0 || !editor.finders.wire) return straight
  editor.finders.wire.seed(points.at(-1)!)
  const drawn = closes || editor.gesture.snap !== null || at.byKeys
  const path = editor.finders.wire.pathTo(point, drawn ? 0 : Math.min(farthestEdge, edgeReach / editor.camera.scale))
  if (!path) return straight
  if (path.points.length === 0) return { step: [point], exact: path.exact }
  const [, ...step] = simplified(editor, [points.at(-1)!, ...path.points])
  return { step, exact: path.exact }
}

function preview(editor: Editor, chain: Chain, at: PointerAt | null): ScissorsState {
  const points = pointsOf(chain)
  const closing = at !== null && closesRing(editor, points, at.image)
  if (closing) editor.gesture.setSnap(null)
  const step = at ? wireStep(editor, chain, at, closing).step : []
  const cursor = step.at(-1) ?? points.at(-1)!
  editor.gesture.setDraft({ kind: 'polygon', points, marks: seedsOf(chain), ahead: step.slice(0, -1), cursor, closing })
  return drawing(chain, at)
}

/** Takes what a click was for, with the wire as it is now. */
function settle(editor: Editor, chain: Chain, at: PointerAt, closes: boolean): ScissorsState {
  const { step } = wireStep(editor, chain, at, closes)
  if (closes) return finish(editor, chain, step)
  if (step.length === 0 || distance(pointsOf(chain).at(-1)!, step.at(-1)!) === 0) return preview(editor, chain, at)
  return preview(editor, { ...chain, steps: [...chain.steps, step], way: 0 }, null)
}

function press(editor: Editor, chain: Chain, at: PointerAt): ScissorsState {
  const closes = closesRing(editor, pointsOf(chain), at.image)
  const { exact } = wireStep(editor, chain, at, closes)
  if (exact) return settle(editor, chain, at, closes)
  preview(editor, chain, at)
  return { ...drawing(chain, at), name: 'settling', clicked: at, closes }
}

function finish(editor: Editor, chain: Chain, last: readonly ImageVec[] = []): ScissorsState {
  if (!commitRing(editor, [...pointsOf(chain), ...last])) return drawing(chain, chain.at)
  editor.finders.wire?.drop()
  return idle
}

function abandon(editor: Editor): ScissorsState {
  editor.finders.wire?.drop()
  editor.gesture.setDraft(noDraft)
  return idle
}

const row = chainRow<ScissorsState>({ preview, finish, abandon })

/** Intelligent scissors: from click to click the line follows the edges of the picture; the first point, a double click or Enter closes it. */
export const scissorsTool: Tool<ScissorsState> = {
  id: 'scissors',
  start: idle,
  keep: keepChain,
  resume: resumeChain(preview),
  table: {
    idle: {
      move(editor, state, { at }) {
        seedAt(editor, at)
        return state
      },
      down(editor, _, { at }) {
        if (!beginRing(editor)) return idle
        const first = seedAt(editor, at)
        editor.finders.wire?.seed(first)
        return preview(editor, startChain(first), null)
      },
    },
    drawing: {
      ...row,
      down: (editor, state, { at, clicks }) => (clicks >= 2 ? finish(editor, state) : press(editor, state, at)),
      wire: (editor, state) => (state.at ? preview(editor, state, state.at) : state),
    },
    settling: {
      wire(editor, state) {
        const { clicked, closes } = state
        return wireStep(editor, state, clicked, closes).exact ? settle(editor, state, clicked, closes) : state
      },
      // Who does not wait gets the wire as far as it is known.
      down(editor, state, { at, clicks }) {
        const next = settle(editor, state, state.clicked, state.closes)
        if (next.name !== 'drawing') return next
        return clicks >= 2 ? finish(editor, next) : press(editor, next, at)
      },
      finish(editor, state) {
        const next = settle(editor, state, state.clicked, state.closes)
        return next.name === 'drawing' ? finish(editor, next) : next
      },
      back: row.back,
      cancel: abandon,
    },
  },
}
