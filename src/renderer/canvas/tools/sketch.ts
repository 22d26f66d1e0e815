import { clampPoint, distance, roundPoint, tuple, vec } from '../../../shared/geometry/point.ts'
import { simplifyLine } from '../../../shared/geometry/simplify.ts'
import type { ImageVec, ScreenPx } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../engine/editor.ts'
import type { PointerAt } from './tool.ts'

/** A hand does not draw finer than this. */
const finest: ScreenPx = 1.5

/** A line drawn by hand, with where the pointer is now. */
export function sketchTo(editor: Editor, stroke: readonly ImageVec[], at: PointerAt): readonly ImageVec[] {
  const p = clampPoint(roundPoint(at.image, 10), editor.image)
  return distance(stroke.at(-1)!, p) * editor.camera.scale < finest ? stroke : [...stroke, p]
}

/** The same with only the points it takes to stay within the tolerance. */
export const simplified = (editor: Editor, stroke: readonly ImageVec[]): readonly ImageVec[] =>
  simplifyLine(stroke.map(tuple), editor.settings.trace.tolerance).map(vec)
