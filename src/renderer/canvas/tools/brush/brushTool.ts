import { clampPoint, distance, roundPoint, tuple } from '../../../../shared/geometry/point.ts'
import { normaliseRing } from '../../../../shared/geometry/polygon.ts'
import { spansOfPolygon } from '../../../../shared/geometry/maskSpans.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import { snapToPixels, sweepSpans } from '../../../../shared/geometry/stamps.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { beginStroke, commitStroke, strokeTarget } from '../../engine/brush.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { extendStroke, type Stroke } from '../../engine/stroke.ts'
import { fewestKept } from '../chain.ts'
import { closesRing, nextPoint } from '../nextPoint.ts'
import { isDrag, type PointerAt, type Tool } from '../tool.ts'

export type BrushState =
  /** `last`: where the stroke before ended; a straight one goes on from there. */
  | { readonly name: 'idle'; readonly last: ImageVec | null }
  /** The brush is down. */
  | { readonly name: 'painting'; readonly stroke: Stroke; readonly at: ImageVec; readonly before: ImageVec | null }
  /** An outline is drawn, to be filled or cut out: click by click (`pressed`: while the button is down), or in one go with the button held. */
  | {
      readonly name: 'outlining'
      readonly stroke: Stroke
      readonly points: readonly ImageVec[]
      readonly pressed: { readonly at: PointerAt; readonly first: boolean } | null
    }

const idle: BrushState = { name: 'idle', last: null }

/** Diameter under this hand: the option, less for a pen that is pressed lightly. */
function sizeAt(editor: Editor, at: PointerAt): number {
  const { size, pressure } = editor.settings.brush
  return Math.max(1, Math.round(pressure && at.pressure !== undefined ? size * at.pressure : size))
}

/** The brush goes straight from `from` to the pointer. */
function sweep(editor: Editor, stroke: Stroke, from: ImageVec, at: PointerAt): ImageVec {
  const { tip } = editor.settings.brush
  const size = sizeAt(editor, at)
  const to = snapToPixels(at.image, size)
  const step = extendStroke(stroke, sweepSpans(tip === 'square' ? 'square' : 'round', size, from, to, editor.image))
  editor.gesture.setDraft({ kind: 'stroke', stroke, step })
  return to
}

function press(editor: Editor, at: PointerAt, erase: boolean, last: ImageVec | null): BrushState {
  const target = strokeTarget(editor, erase, at.image)
  if (!target) return { name: 'idle', last }
  if (target.id !== null) editor.select([target.id])
  editor.reveal('masks', target.id)
  const stroke = beginStroke(editor, erase, target.id)
  if (editor.settings.brush.tip === 'polygon') return outline(editor, stroke, [nextPoint(editor, [], at)], at, { at, first: true })
  const from = at.shift && last ? last : snapToPixels(at.image, sizeAt(editor, at))
  return { name: 'painting', stroke, at: sweep(editor, stroke, from, at), before: last }
}

type Outlining = Extract<BrushState, { name: 'outlining' }>

function outline(editor: Editor, stroke: Stroke, points: readonly ImageVec[], at: PointerAt, pressed: Outlining['pressed']): BrushState {
  const cursor = nextPoint(editor, points, at)
  editor.gesture.setDraft({ kind: 'polygon', points, ahead: [], cursor, closing: pressed === null && closesRing(editor, points, cursor) })
  return { name: 'outlining', stroke, points, pressed }
}

/** The outline as it is while the pointer is elsewhere. */
function standing(editor: Editor, stroke: Stroke, points: readonly ImageVec[], cursor: ImageVec = points.at(-1)!): BrushState {
  editor.gesture.setDraft({ kind: 'polygon', points, ahead: [], cursor, closing: false })
  return { name: 'outlining', stroke, points, pressed: null }
}

const takeBack = (editor: Editor, stroke: Stroke, points: readonly ImageVec[]): BrushState =>
  points.length === 1 ? abandon(editor, null) : standing(editor, stroke, points.slice(0, -1), points.at(-1))

const extended = (points: readonly ImageVec[], point: ImageVec): readonly ImageVec[] =>
  distance(points.at(-1)!, point) === 0 ? points : [...points, point]

/** Freehand, nothing draws the pointer elsewhere. */
const freehand = (editor: Editor, at: PointerAt): ImageVec => clampPoint(roundPoint(at.image, 10), editor.image)

/** Fills the outline, or goes on while it spans no area. */
function close(editor: Editor, stroke: Stroke, points: readonly ImageVec[]): BrushState {
  const ring = normaliseRing(points.map(tuple))
  if (!ring) return { name: 'outlining', stroke, points, pressed: null }
  extendStroke(stroke, spansOfPolygon({ kind: 'polygon', parts: [{ outer: ring, holes: [] }] }, editor.image.width, editor.image.height))
  return finish(editor, stroke, null)
}

function finish(editor: Editor, stroke: Stroke, last: ImageVec | null): BrushState {
  editor.gesture.setDraft(noDraft)
  editor.gesture.setSnap(null)
  const id = commitStroke(editor, stroke)
  editor.select(id === null ? [] : [id])
  return { name: 'idle', last }
}

function abandon(editor: Editor, last: ImageVec | null): BrushState {
  editor.gesture.setDraft(noDraft)
  editor.gesture.setSnap(null)
  return { name: 'idle', last }
}

/** A wheel that turns by one notch makes the brush about a sixth wider. */
function resize(editor: Editor, notches: number): void {
  const { size } = editor.settings.brush
  const next = size * 1.16 ** notches
  editor.setSettings({ brush: { size: Math.abs(notches) >= 1 && Math.abs(next - size) < 1 ? size + Math.sign(notches) : next } })
}

/** The object an outline was begun for, where there still is one. */
const targetOf = (editor: Editor, { targetId }: { readonly targetId: Id | null }): Id | null =>
  targetId !== null && editor.records.has(targetId) ? targetId : null

/** Paints masks pixel by pixel, and erases: with the right button, with Ctrl, or by choice. Shift draws a straight line from where the last stroke ended. */
export const brushTool: Tool<BrushState> = {
  id: 'brush',
  right: 'all',
  start: idle,
  keep(_, state) {
    if (state.name !== 'outlining' || state.points.length < fewestKept) return null
    const { erase, targetId } = state.stroke
    return { kind: 'outline', points: [...state.points], erase, targetId }
  },
  // Where the object is gone there is nothing to erase.
  lost: (editor, kept) => kept.kind === 'outline' && kept.erase && targetOf(editor, kept) === null,
  resume(editor, kept) {
    if (kept.kind !== 'outline') return null
    const { points, erase } = kept
    return standing(editor, beginStroke(editor, erase, targetOf(editor, kept)), points)
  },
  table: {
    idle: {
      down: (editor, { last }, { at, right }) => press(editor, at, editor.settings.brush.erase !== (right || at.mod), last),
      move(editor, state, { at }) {
        const line = at.shift && state.last !== null && editor.settings.brush.tip !== 'polygon'
        editor.gesture.setDraft(line ? { kind: 'brushLine', from: state.last, to: snapToPixels(at.image, sizeAt(editor, at)) } : noDraft)
        return state
      },
      wheel(editor, state, { notches }) {
        resize(editor, notches)
        return state
      },
    },
    painting: {
      move: (editor, state, { at }) => ({ ...state, at: sweep(editor, state.stroke, state.at, at) }),
      up: (editor, { stroke, at }) => finish(editor, stroke, at),
      wheel(editor, state, { notches }) {
        resize(editor, notches)
        return state
      },
      cancel: (editor, { before }) => abandon(editor, before),
    },
    outlining: {
      down(editor, { stroke, points }, { at, clicks, right }) {
        // As elsewhere the right button takes a point back, unless it erases here: then it draws on.
        if (right && stroke.erase === editor.settings.brush.erase) return takeBack(editor, stroke, points)
        if (clicks >= 2 || closesRing(editor, points, at.image)) return close(editor, stroke, points)
        return outline(editor, stroke, extended(points, nextPoint(editor, points, at)), at, { at, first: false })
      },
      move(editor, { stroke, points, pressed }, { at }) {
        if (!pressed || !isDrag(pressed.at, at)) return outline(editor, stroke, points, at, pressed)
        return outline(editor, stroke, extended(points, freehand(editor, at)), at, pressed)
      },
      up(editor, { stroke, points, pressed }, { at }) {
        const inOneGo = pressed?.first === true && points.length > 2
        return inOneGo ? close(editor, stroke, points) : outline(editor, stroke, points, at, null)
      },
      finish: (editor, { stroke, points }) => close(editor, stroke, points),
      back: (editor, { stroke, points }) => takeBack(editor, stroke, points),
      cancel: (editor) => abandon(editor, null),
    },
  },
}
