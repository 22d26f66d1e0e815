import { tuple } from '../../../shared/geometry/point.ts'
import { normaliseRing } from '../../../shared/geometry/polygon.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Gesture } from '../engine/actions.ts'
import { noDraft } from '../engine/draft.ts'
import type { Editor } from '../engine/editor.ts'

/** A new polygon of one ring, selected; false, and nothing done, when the points span no area. */
export function commitRing(editor: Editor, points: readonly ImageVec[]): boolean {
  const ring = normaliseRing(points.map(tuple))
  if (!ring) return false
  editor.setDraft(noDraft)
  editor.select([editor.commitNew('createPolygon' satisfies Gesture, { kind: 'polygon', parts: [{ outer: ring, holes: [] }] })])
  return true
}
