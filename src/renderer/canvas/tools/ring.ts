import { tuple } from '../../../shared/geometry/point.ts'
import { normaliseRing } from '../../../shared/geometry/polygon.ts'
import { polygonArea } from '../../../shared/geometry/polygonArea.ts'
import { combineRegions, isRegion, type RegionShape } from '../../../shared/geometry/regions.ts'
import { shapeArea } from '../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { PolygonShape } from '../../../shared/model/shape.ts'
import type { Gesture } from '../engine/actions.ts'
import { noDraft } from '../engine/draft.ts'
import type { Editor } from '../engine/editor.ts'

/** The one selected region that a ring becomes a part or a hole of; null while rings become regions of their own. */
function ringTarget({ settings, single }: Editor): (Annotation & { readonly shape: RegionShape }) | null {
  if (settings.ring.becomes === 'region' || !single || !isRegion(single.shape)) return null
  return { ...single, shape: single.shape }
}

/** A drawing begins: what it will not belong to is no longer selected. False, and said, when what it will belong to is locked. */
export function beginRing(editor: Editor): boolean {
  const target = ringTarget(editor)
  if (!target) editor.select([])
  return !target || !editor.holds(target)
}

/**
 * A new polygon of one ring, selected; or the ring united with the selected region, or cut out of it. False, and nothing done, when the points span no
 * area, nothing of the region would change or be left, or it was refused; but for the first this is said.
 */
export function commitRing(editor: Editor, points: readonly ImageVec[]): boolean {
  const ring = normaliseRing(points.map(tuple))
  if (!ring) return false
  const polygon: PolygonShape = { kind: 'polygon', parts: [{ outer: ring, holes: [] }] }
  // Led twice around the same, it covers nothing.
  if (polygonArea(polygon) === 0) return false
  const target = ringTarget(editor)
  if (target) return commitPart(editor, target, polygon)
  const id = editor.commitNew('createPolygon' satisfies Gesture, polygon)
  if (!editor.records.has(id)) return false
  editor.gesture.setDraft(noDraft)
  editor.select([id])
  return true
}

/** Vertices stand on thousandths: less than this is no change of what is covered. */
const leastChangePx = 1e-3

function commitPart(editor: Editor, { id, shape }: Annotation & { readonly shape: RegionShape }, polygon: PolygonShape): boolean {
  const hole = editor.settings.ring.becomes === 'hole'
  const next = combineRegions(shape, polygon, hole ? 'subtract' : 'union', editor.image)
  const gesture: Gesture = hole ? 'cutHole' : 'addPart'
  if (!next || Math.abs(shapeArea(next) - shapeArea(shape)) < leastChangePx) {
    editor.changesNothing(gesture)
    return false
  }
  if (!editor.commitPatches(gesture, new Map([[id, { shape: next }]]))) return false
  editor.gesture.setDraft(noDraft)
  return true
}
