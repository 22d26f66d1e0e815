import { coveredShape } from '../../../shared/geometry/polygonArea.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import type { Frame } from './frame.ts'
import { traceShape } from './outline.ts'

/** Fills what a shape covers; the current path is its outline, and is again when this is done. `width` as for `traceShape`. */
export function fillOutline(frame: Frame, shape: Shape, width: number): void {
  const { context } = frame
  const covered = coveredShape(shape)
  const retrace = (one: Shape): void => {
    context.beginPath()
    traceShape(context, frame, one, width)
  }
  if (covered !== shape) retrace(covered)
  context.fill('evenodd')
  if (covered !== shape) retrace(shape)
}
