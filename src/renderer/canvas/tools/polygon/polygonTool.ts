import { distance, tuple } from '../../../../shared/geometry/point.ts'
import { normaliseRing } from '../../../../shared/geometry/polygon.ts'
import type { ImageVec, ScreenPx } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { nextPoint } from '../nextPoint.ts'
import type { Tool } from '../tool.ts'

export type PolygonState = { readonly name: 'idle' } | { readonly name: 'drawing'; readonly points: readonly ImageVec[] }

const idle: PolygonState = { name: 'idle' }
const closeReach: ScreenPx = 10

const wouldClose = (editor: Editor, points: readonly ImageVec[], p: ImageVec): boolean =>
  points.length >= 3 && distance(points[0]!, p) * editor.camera.scale <= closeReach

function preview(editor: Editor, points: readonly ImageVec[], cursor: ImageVec): PolygonState {
  editor.setDraft({ kind: 'polygon', points, cursor, closing: wouldClose(editor, points, cursor) })
  return { name: 'drawing', points }
}

/** Closes the ring; with too few points, or none that span an area, drawing goes on. */
function finish(editor: Editor, points: readonly ImageVec[]): PolygonState {
  const ring = normaliseRing(points.map(tuple))
  if (!ring) return { name: 'drawing', points }
  editor.setDraft(noDraft)
  editor.select([editor.commitNew('createPolygon' satisfies Gesture, { kind: 'polygon', parts: [{ outer: ring, holes: [] }] })])
  return idle
}

function abandon(editor: Editor): PolygonState {
  editor.setDraft(noDraft)
  return idle
}

/** Draws a polygon click by click; the first point, a double click or Enter closes it. */
export const polygonTool: Tool<PolygonState> = {
  id: 'polygon',
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
        const point = nextPoint(editor, points, at)
        if (clicks >= 2 || wouldClose(editor, points, at.image)) return finish(editor, points)
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
