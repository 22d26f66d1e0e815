import { clampPoint, roundPoint, snapAngle } from '../../../shared/geometry/point.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../engine/editor.ts'
import type { PointerAt } from './tool.ts'

const angleStepRad = Math.PI / 12

/** Where a click would put the next point: on a tenth of a pixel, with Shift in steps of 15 degrees from the last one. */
export function nextPoint(editor: Editor, points: readonly ImageVec[], at: PointerAt): ImageVec {
  const last = points.at(-1)
  const free = last && at.shift ? snapAngle(last, at.image, angleStepRad) : at.image
  return clampPoint(roundPoint(free, 10), editor.image)
}
