import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { Comment } from '../../../../shared/model/comment.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Shape } from '../../../../shared/model/shape.ts'

/** Where a pin stands: where it was set, drawn along by its object when that moves away from there; null: it is about the whole picture. */
export function pinPlace(
  { at, annotationId }: Pick<Comment, 'at' | 'annotationId'>,
  shapeOf: (id: Id) => Shape | undefined,
): ImageVec | null {
  if (at === null) return null
  const shape = annotationId === null ? undefined : shapeOf(annotationId)
  if (!shape) return { x: at[0], y: at[1] }
  const { minX, minY, maxX, maxY } = shapeBounds(shape)
  return { x: Math.min(maxX, Math.max(minX, at[0])), y: Math.min(maxY, Math.max(minY, at[1])) }
}
