import { clampPoint, distance, insideAlong, roundPoint, snapAngle } from '../../../shared/geometry/point.ts'
import type { ImageVec, ScreenPx } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../engine/editor.ts'
import { placeAt } from './snapping.ts'
import type { PointerAt } from './tool.ts'

export const angleStepRad = Math.PI / 12
const closeReach: ScreenPx = 10

/** Where a click would put the next point: on what draws it, else on a tenth of a pixel; with Shift in steps of 15 degrees from the last one. */
export function nextPoint(editor: Editor, points: readonly ImageVec[], at: PointerAt): ImageVec {
  const last = points.at(-1)
  if (!last || !at.shift) return placeAt(editor, at.image, at, { perPixel: 10 })
  editor.gesture.setSnap(null)
  return clampPoint(roundPoint(insideAlong(last, snapAngle(last, at.image, angleStepRad), editor.image), 10), editor.image)
}

/** Shows what would draw a first click here. */
export function aim<S>(editor: Editor, state: S, { at }: { readonly at: PointerAt }): S {
  nextPoint(editor, [], at)
  return state
}

/** Whether a click here closes the ring. */
export const closesRing = (editor: Editor, points: readonly ImageVec[], p: ImageVec): boolean =>
  points.length >= 3 && distance(points[0]!, p) * editor.camera.scale <= (editor.gesture.coarse ? 2 : 1) * closeReach
