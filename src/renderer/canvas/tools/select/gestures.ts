import { boundsOfBox, boxOfBounds, clipBounds, handlePoint, resizeBounds, type BoxHandle } from '../../../../shared/geometry/box.ts'
import { clamp, clampPoint, roundPoint } from '../../../../shared/geometry/point.ts'
import { resizeRotated, rotatedHandle, turnTowards } from '../../../../shared/geometry/rotatedBox.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import { chainAt, hasVertices, insertVertex, moveVertex, type VertexAt } from '../../../../shared/geometry/vertices.ts'
import type { AnnotationPatch } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Shape } from '../../../../shared/model/shape.ts'
import { isMovable, movedShapes, type Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import type { PointerAt } from '../tool.ts'
import { idle, type SelectState } from './selectState.ts'

export function abandon(editor: Editor): SelectState {
  editor.setDraft(noDraft)
  return idle
}

/** Ends a gesture with one entry for all shapes that ended up elsewhere. */
export function commitShapes(editor: Editor, gesture: Gesture, shapes: ReadonlyMap<Id, Shape>): SelectState {
  editor.setDraft(noDraft)
  editor.commitPatches(gesture, new Map([...shapes].map(([id, shape]): [Id, AnnotationPatch] => [id, { shape }])))
  return idle
}

// --- moving ---

/** Whole pixels, along one axis with Shift. */
export function draggedBy(from: PointerAt, at: PointerAt): ImageVec {
  const dx = at.image.x - from.image.x
  const dy = at.image.y - from.image.y
  const along = at.shift ? (Math.abs(dx) >= Math.abs(dy) ? { x: dx, y: 0 } : { x: 0, y: dy }) : { x: dx, y: dy }
  return roundPoint(along, at.alt ? 100 : 1)
}

export function previewMove(editor: Editor, from: PointerAt, at: PointerAt): ReadonlyMap<Id, Shape> {
  const by = draggedBy(from, at)
  const shapes = movedShapes(editor, by.x, by.y)
  editor.setDraft(shapes.size > 0 ? { kind: 'reshape', shapes } : noDraft)
  return shapes
}

export const canMove = (editor: Editor): boolean => editor.selected.some((record) => isMovable(record.shape))

// --- resizing ---

export function pressHandle(editor: Editor, id: Id, handle: BoxHandle, at: PointerAt): SelectState {
  const shape = editor.records.get(id)?.shape
  if (shape?.kind !== 'box' && shape?.kind !== 'rotatedBox') return idle
  const stands = shape.kind === 'box' ? handlePoint(boundsOfBox(shape), handle) : rotatedHandle(shape, handle)
  return { name: 'resizing', id, handle, start: shape, grab: { x: at.image.x - stands.x, y: at.image.y - stands.y } }
}

/** The box with the handle under the pointer, on whole pixels and in the picture where its sides are upright; null when it would vanish or did not change. */
export function resizedBox(
  editor: Editor,
  { start, handle, grab }: Extract<SelectState, { name: 'resizing' }>,
  at: PointerAt,
): Shape | null {
  const to = clampPoint({ x: at.image.x - grab.x, y: at.image.y - grab.y }, editor.image)
  if (start.kind === 'rotatedBox') {
    const turned = resizeRotated(start, handle, roundPoint(to, at.alt ? 100 : 10), at.shift)
    return turned && (turned.w !== start.w || turned.h !== start.h) ? turned : null
  }
  const raw = resizeBounds(boundsOfBox(start), handle, roundPoint(to, at.alt ? 100 : 1), at.shift)
  const bounds = clipBounds(raw, editor.image)
  if (bounds.maxX - bounds.minX <= 0 || bounds.maxY - bounds.minY <= 0) return null
  const box = boxOfBounds(bounds)
  return (['x', 'y', 'w', 'h'] as const).every((key) => box[key] === start[key]) ? null : box
}

/** The box turned to the pointer, with Shift in steps of 15 degrees; null when it did not turn. */
export function turnedBox({ start }: Extract<SelectState, { name: 'turning' }>, at: PointerAt): Shape | null {
  const box = turnTowards(start, at.image, at.shift ? Math.PI / 12 : null)
  return box.angleRad === start.angleRad ? null : box
}

// --- vertices ---

export function pressVertex(editor: Editor, id: Id, at: VertexAt, from: PointerAt): SelectState {
  const shape = editor.records.get(id)?.shape
  if (!shape || !hasVertices(shape)) return idle
  editor.setActiveVertex({ id, at })
  return { name: 'movingVertex', id, shape, at, inserted: false, from }
}

export function pressMiddle(editor: Editor, id: Id, at: VertexAt, point: ImageVec, from: PointerAt): SelectState {
  const before = editor.records.get(id)?.shape
  if (!before || !hasVertices(before)) return idle
  const shape = insertVertex(before, at, roundPoint(point, 10))
  editor.setDraft({ kind: 'reshape', shapes: new Map([[id, shape]]) })
  return { name: 'movingVertex', id, shape, at: { ...at, vertex: at.vertex + 1 }, inserted: true, from }
}

export function draggedVertex(editor: Editor, state: Extract<SelectState, { name: 'movingVertex' }>, at: PointerAt): Shape {
  return moveVertex(state.shape, state.at, clampPoint(roundPoint(at.image, 10), editor.image))
}

// --- arrow keys ---

/** What the selection looks like after `dx`, `dy` of arrow keys; an active vertex moves alone, `grow` changes the size of boxes. */
export function nudgedShapes(editor: Editor, dx: number, dy: number, grow: boolean): ReadonlyMap<Id, Shape> {
  const vertex = editor.activeVertex
  const shape = vertex && editor.records.get(vertex.id)?.shape
  if (!grow && vertex && shape && hasVertices(shape)) {
    const [x, y] = chainAt(shape, vertex.at)![vertex.at.vertex]!
    return new Map([[vertex.id, moveVertex(shape, vertex.at, clampPoint({ x: x + dx, y: y + dy }, editor.image))]])
  }
  return grow ? grownBoxes(editor, dx, dy) : movedShapes(editor, dx, dy)
}

function grownBoxes(editor: Editor, dx: number, dy: number): ReadonlyMap<Id, Shape> {
  const grown = new Map<Id, Shape>()
  for (const { id, shape } of editor.selected) {
    if (shape.kind === 'rotatedBox')
      grown.set(id, { ...shape, w: Math.max(Math.min(1, shape.w), shape.w + dx), h: Math.max(Math.min(1, shape.h), shape.h + dy) })
    if (shape.kind !== 'box') continue
    const w = clamp(shape.w + dx, Math.min(1, shape.w), Math.max(shape.w, editor.image.width - shape.x))
    const h = clamp(shape.h + dy, Math.min(1, shape.h), Math.max(shape.h, editor.image.height - shape.y))
    if (w !== shape.w || h !== shape.h) grown.set(id, { ...shape, w, h })
  }
  return grown
}
