import { unionBounds } from '../../../shared/geometry/box.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Editor } from './editor.ts'
import { boxOfFrame, selectionFrame } from './frame.ts'
import { hitFrame, hitHandles, noHit, pickShape, reachAt, type Hit } from './hitTest.ts'
import { isOnShow } from './look.ts'

/** What the pointer would take hold of at a place: a handle of the selected record, else a record on show that is not locked. */
export function hitAt(editor: Editor, p: ImageVec): Hit {
  const { records, single, look } = editor
  if (editor.ghosts.past) return noHit
  const reach = reachAt(editor.camera.scale, editor.gesture.coarse)
  const frame = selectionFrame(editor)
  const framed = frame && hitFrame(boxOfFrame(frame.bounds), p, reach)
  if (framed) return framed
  const handle = single && !frame && !single.locked && isOnShow(look, single) ? hitHandles(single, p, reach) : null
  if (handle) return handle
  const around = { minX: p.x - reach.edge, minY: p.y - reach.edge, maxX: p.x + reach.edge, maxY: p.y + reach.edge }
  const near = records.pick(records.meeting(around)).filter((record) => isOnShow(look, record) && !record.locked)
  const id = near.length === 0 ? null : pickShape(near, p, reach)
  return id === null ? noHit : { kind: 'shape', id }
}

/** Records on show whose extent meets the given one, in no order. */
export function recordsNear({ records, look }: Editor, bounds: Bounds): Annotation[] {
  return records.meeting(bounds).flatMap((id) => {
    const record = records.get(id)
    return record && isOnShow(look, record) ? [record] : []
  })
}

/** Ids on show that lie wholly within an extent; masks count by their window. */
export function idsWithin({ records, look, ghosts }: Editor, bounds: Bounds): Id[] {
  if (ghosts.past) return []
  const inside = records.meeting(bounds).filter((id) => {
    const b = records.boundsOf(id)
    return b && b.minX >= bounds.minX && b.minY >= bounds.minY && b.maxX <= bounds.maxX && b.maxY <= bounds.maxY
  })
  const found = records.pick(inside).filter((record) => isOnShow(look, record) && !record.locked)
  return found.map(({ id }) => id)
}

/** The extent of what is selected; null: nothing is. */
export const selectionBounds = (editor: Editor): Bounds | null => unionBounds(editor.selected.map(({ shape }) => shapeBounds(shape)))
