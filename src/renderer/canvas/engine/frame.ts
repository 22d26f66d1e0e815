import { transformMask, transformShape, transformedOutline, type Affine } from '../../../shared/geometry/affine.ts'
import { boundsWithin, unionBounds } from '../../../shared/geometry/box.ts'
import { turnedFrame } from '../../../shared/geometry/ellipse.ts'
import { inPicture, pictureBounds } from '../../../shared/geometry/inPicture.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import { maskToPolygon } from '../../../shared/geometry/traceMask.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { PolygonShape, RotatedBoxShape, Shape } from '../../../shared/model/shape.ts'
import type { Editor } from './editor.ts'
import { isOnShow } from './look.ts'

/** The frame around a selection that is sized and turned as one, and what of the selection it holds. */
export interface SelectionFrame {
  readonly bounds: Bounds
  readonly records: readonly Annotation[]
}

/** A frame as a box that can be turned. */
export const boxOfFrame = ({ minX, minY, maxX, maxY }: Bounds): RotatedBoxShape => ({
  kind: 'rotatedBox',
  cx: (minX + maxX) / 2,
  cy: (minY + maxY) / 2,
  w: maxX - minX,
  h: maxY - minY,
  angleRad: 0,
})

/** Frames of the records as they are: asked at every move of the pointer, worked out when something changed. */
const known = new WeakMap<readonly Annotation[], { selection: ReadonlySet<Id>; wished: boolean; frame: SelectionFrame | null }>()

/**
 * The frame of the present selection. One polygon, line or mask has one where it is wished for (its own handles rest meanwhile); several objects always
 * have one, masks among them where it is wished for: a mask that is sized or turned is resampled. What has a frame of its own needs no other.
 */
export function selectionFrame(editor: Editor): SelectionFrame | null {
  const { records, selection, settings } = editor
  if (selection.size === 0) return null
  const wished = settings.aids.frame
  const last = known.get(records.inOrder())
  if (last?.selection === selection && last.wished === wished) return last.frame
  const frame = workOut(editor, wished)
  known.set(records.inOrder(), { selection, wished, frame })
  return frame
}

function workOut(editor: Editor, wished: boolean): SelectionFrame | null {
  const held = editor.selected.filter(({ locked, shape }) => !locked && (shape.kind !== 'mask' || wished))
  const [only] = held
  if (!only || (held.length === 1 && !framedAlone(editor, only, wished))) return null
  const bounds = unionBounds(held.flatMap(({ id }) => editor.records.boundsOf(id) ?? []))!
  return bounds.maxX > bounds.minX || bounds.maxY > bounds.minY ? { bounds, records: held } : null
}

const framedAlone = ({ selection, look }: Editor, record: Annotation, wished: boolean): boolean =>
  wished && selection.size === 1 && record.shape.kind !== 'box' && !turnedFrame(record.shape) && isOnShow(look, record)

/** What a gesture at a frame began with; of masks the outline, so that it need not be traced again at every move. */
export interface FrameStart {
  readonly frame: RotatedBoxShape
  readonly bounds: Bounds
  readonly shapes: readonly { readonly id: Id; readonly shape: Shape; readonly traced: PolygonShape | null }[]
}

export const startFrame = ({ bounds, records }: SelectionFrame): FrameStart => ({
  frame: boxOfFrame(bounds),
  bounds,
  shapes: records.map(({ id, shape }) => ({ id, shape, traced: shape.kind === 'mask' ? maskToPolygon(shape) : null })),
})

/** What is shown during the gesture: outlines in place of masks. */
export function shownIn({ shapes }: FrameStart, by: Affine): ReadonlyMap<Id, Shape> {
  return new Map(
    shapes.flatMap(({ id, shape, traced }): [Id, Shape][] => {
      if (shape.kind !== 'mask') return [[id, transformShape(shape, by)]]
      return traced ? [[id, transformedOutline(traced, by)]] : []
    }),
  )
}

/** What the gesture leaves; null when of a mask or region nothing would be left in the picture. */
export function resultOf(editor: Editor, { shapes }: FrameStart, by: Affine): ReadonlyMap<Id, Shape> | null {
  const result = new Map<Id, Shape>()
  for (const { id, shape } of shapes) {
    const moved = shape.kind === 'mask' ? transformMask(shape, by, editor.image) : transformShape(shape, by)
    // What was in the picture stays in it.
    const next = moved && boundsWithin(shapeBounds(shape), pictureBounds(editor.image)) ? inPicture(moved, editor.image) : moved
    if (!next) return null
    result.set(id, next)
  }
  return result
}
