import { waysBetween, type Way } from '../../../shared/geometry/along.ts'
import { outlinesOf, pictureOutline } from '../../../shared/geometry/outlines.ts'
import { clampPoint, roundPoint } from '../../../shared/geometry/point.ts'
import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { ShapeKind } from '../../../shared/model/shape.ts'
import type { Editor } from '../engine/editor.ts'
import { around, findSnap, snapPoint, snapReachAt, type SnapReach } from '../engine/snap.ts'
import { recordsNear } from '../engine/sight.ts'
import type { PointerAt } from './tool.ts'

/** Keys place the cursor on whole pixels: what lies within the same pixel is what they mean. */
const keyReach: SnapReach = { vertex: 0.75, edge: 0.5 }
/** Two points as near as this are the same place. */
const sameReach: ImagePx = 1e-3

interface SnapOptions {
  /** Places are multiples of 1/perPixel where nothing draws them elsewhere. */
  readonly perPixel: number
  /** Objects under way do not draw themselves. */
  readonly except?: ReadonlySet<Id>
  /** Kinds of objects that draw nothing. */
  readonly ignore?: readonly ShapeKind[]
}

/** What draws the point, shown to the user; Alt and the setting switch it off. Null: nothing in reach. */
function drawnTo(editor: Editor, p: ImageVec, at: PointerAt, { perPixel, except, ignore }: SnapOptions): ImageVec | null {
  if (at.alt || !editor.settings.aids.snap) {
    editor.gesture.setSnap(null)
    return null
  }
  const reach = at.byKeys ? keyReach : snapReachAt(editor.camera.scale)
  const neighbours = recordsNear(editor, around(p, reach.vertex)).filter(
    (record) => !except?.has(record.id) && !ignore?.includes(record.shape.kind),
  )
  const snap = findSnap(p, neighbours, editor.image, reach)
  const point = snap && snapPoint(snap, perPixel)
  editor.gesture.setSnap(snap && point ? { ...snap, point } : null)
  // Neighbours may stick out of the picture; what is drawn may not.
  return point && clampPoint(point, editor.image)
}

/** The place meant by the pointer: the vertex or edge it is drawn to, else its own, rounded and kept in the picture. */
export const placeAt = (editor: Editor, p: ImageVec, at: PointerAt, options: SnapOptions): ImageVec =>
  drawnTo(editor, p, at, options) ?? clampPoint(roundPoint(p, options.perPixel), editor.image)

/** The ways from `a` to `b` along a neighbour's outline, or the picture's border, that both lie on; the shortest first. */
export function waysAlong(editor: Editor, a: ImageVec, b: ImageVec): readonly Way[] {
  const here = new Set(recordsNear(editor, around(a, sameReach)).map((record) => record.id))
  const shared = recordsNear(editor, around(b, sameReach)).filter((record) => here.has(record.id))
  const outlines = [...shared.flatMap((record) => outlinesOf(record.shape)), pictureOutline(editor.image)]
  return outlines.flatMap((outline) => waysBetween(outline, a, b, sameReach)).sort((one, other) => one.length - other.length)
}
