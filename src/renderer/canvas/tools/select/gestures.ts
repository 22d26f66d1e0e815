import { boundsOfBox, boxOfBounds, clipBounds, handlePoint, resizeBounds, type BoxHandle } from '../../../../shared/geometry/box.ts'
import { clamp, clampPoint, distance, insideAlong, roundPoint, snapAngle, vec } from '../../../../shared/geometry/point.ts'
import { inTurnedFrame, turnedFrame } from '../../../../shared/geometry/ellipse.ts'
import { resizeRotated, rotatedHandle, turnTowards } from '../../../../shared/geometry/rotatedBox.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../../shared/geometry/spaces.ts'
import { stretchInto } from '../../../../shared/geometry/stretch.ts'
import { chainAt, hasVertices, insertVertex, type VertexAt } from '../../../../shared/geometry/vertices.ts'
import type { AnnotationPatch } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { RotatedBoxShape, Shape } from '../../../../shared/model/shape.ts'
import { isMovable, movedShapes, type Gesture } from '../../engine/actions.ts'
import { copiedShapes, copyBy } from '../../engine/copies.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { edgeTwins, movedTogether, vertexTwins } from '../../engine/twins.ts'
import { angleStepRad } from '../nextPoint.ts'
import { placeAt } from '../snapping.ts'
import type { PointerAt } from '../tool.ts'
import { idle, type SelectState } from './selectState.ts'

export function abandon(editor: Editor): SelectState {
  editor.gesture.setSnap(null)
  editor.gesture.setDraft(noDraft)
  return idle
}

/** Ends a gesture with one entry for all shapes that ended up elsewhere. */
export function commitShapes(editor: Editor, gesture: Gesture, shapes: ReadonlyMap<Id, Shape>): SelectState {
  editor.gesture.setDraft(noDraft)
  editor.gesture.setSnap(null)
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
  editor.gesture.setDraft(shapes.size > 0 ? { kind: 'reshape', shapes } : noDraft)
  return shapes
}

/** Shows copies of the selection where a drag with the right button would put them. */
export function previewCopies(editor: Editor, from: PointerAt, at: PointerAt): SelectState {
  const by = draggedBy(from, at)
  const shapes = copiedShapes(editor, by.x, by.y)
  editor.gesture.setDraft(shapes.size > 0 ? { kind: 'copies', shapes } : noDraft)
  return { name: 'copying', from }
}

export function commitCopies(editor: Editor, from: PointerAt, at: PointerAt): SelectState {
  const by = draggedBy(from, at)
  editor.gesture.setDraft(noDraft)
  copyBy(editor, by.x, by.y)
  return idle
}

export const canMove = (editor: Editor): boolean => editor.selected.some((record) => isMovable(editor, record.shape) && !record.locked)

// --- resizing ---

export function pressHandle(editor: Editor, id: Id, handle: BoxHandle, at: PointerAt): SelectState {
  const shape = editor.records.get(id)?.shape
  const start = shape && (shape.kind === 'box' ? shape : turnedFrame(shape))
  if (!start) return idle
  const stands = start.kind === 'box' ? handlePoint(boundsOfBox(start), handle) : rotatedHandle(start, handle)
  return { name: 'resizing', id, handle, start, grab: { x: at.image.x - stands.x, y: at.image.y - stands.y } }
}

/** The box with the handle under the pointer or on what draws it, else on whole pixels, and in the picture where its sides are upright; null when it would vanish or did not change. */
export function resizedBox(
  editor: Editor,
  { id, start, handle, grab }: Extract<SelectState, { name: 'resizing' }>,
  at: PointerAt,
): Shape | null {
  const perPixel = at.alt ? 100 : start.kind === 'box' ? 1 : 10
  const to = placeAt(editor, { x: at.image.x - grab.x, y: at.image.y - grab.y }, at, { perPixel, except: new Set([id]) })
  if (start.kind === 'rotatedBox') {
    const turned = resizeRotated(start, handle, to, at.shift)
    return turned && (turned.w !== start.w || turned.h !== start.h) ? framed(editor, id, turned) : null
  }
  const held = at.shift && handle.length === 2
  const raw = resizeBounds(boundsOfBox(start), handle, to, held, editor.image)
  // Held in proportion it stays in the picture where it follows the pointer; to cut it where it sticks out already would change its proportions.
  const bounds = held ? raw : clipBounds(raw, editor.image)
  if (bounds.maxX - bounds.minX <= 0 || bounds.maxY - bounds.minY <= 0) return null
  const box = boxOfBounds(bounds)
  return (['x', 'y', 'w', 'h'] as const).every((key) => box[key] === start[key]) ? null : box
}

/** The box turned to the pointer, with Shift in steps of 15 degrees; null when it did not turn. */
export function turnedBox(editor: Editor, { id, start }: Extract<SelectState, { name: 'turning' }>, at: PointerAt): Shape | null {
  const box = turnTowards(start, at.image, at.shift ? angleStepRad : null)
  return box.angleRad === start.angleRad ? null : framed(editor, id, box)
}

/** The record's shape with this box around it. */
function framed(editor: Editor, id: Id, box: RotatedBoxShape): Shape {
  const shape = editor.records.get(id)?.shape
  return shape ? inTurnedFrame(shape, box) : box
}

// --- vertices ---

export function pressVertex(editor: Editor, id: Id, at: VertexAt, from: PointerAt): SelectState {
  const shape = editor.records.get(id)?.shape
  if (!shape || !hasVertices(shape)) return idle
  editor.setActiveVertex({ id, at })
  const twins = vertexTwins(editor, id, vec(chainAt(shape, at)![at.vertex]!))
  return { name: 'movingVertex', id, shape, at, inserted: false, twins, from }
}

export function pressMiddle(editor: Editor, id: Id, at: VertexAt, point: ImageVec, from: PointerAt): SelectState {
  const before = editor.records.get(id)?.shape
  if (!before || !hasVertices(before)) return idle
  const ring = chainAt(before, at)!
  const to = roundPoint(point, 10)
  const shape = insertVertex(before, at, to)
  const twins = edgeTwins(editor, id, vec(ring[at.vertex]!), vec(ring[(at.vertex + 1) % ring.length]!), to)
  editor.gesture.setDraft({ kind: 'reshape', shapes: new Map([[id, shape]]) })
  return { name: 'movingVertex', id, shape, at: { ...at, vertex: at.vertex + 1 }, inserted: true, twins, from }
}

type MovingVertex = Extract<SelectState, { name: 'movingVertex' }>

/** The vertex under the pointer or on what draws it, nothing where no shape would be left; with Shift in steps of 15 degrees from the nearer of its neighbours. Twins go along when that is switched on, or with Ctrl when it is not. */
export function draggedVertex(editor: Editor, state: MovingVertex, at: PointerAt): ReadonlyMap<Id, Shape> {
  const twins = editor.settings.aids.together === at.mod ? [] : state.twins
  const except = new Set([state.id, ...twins.map((twin) => twin.id)])
  const to = at.shift ? angledVertex(editor, state, at.image) : placeAt(editor, at.image, at, { perPixel: 10, except })
  return movedTogether({ ...state, at: [state.at] }, twins, to)
}

function angledVertex(editor: Editor, { shape, at }: MovingVertex, p: ImageVec): ImageVec {
  editor.gesture.setSnap(null)
  const points = chainAt(shape, at)!
  const beside = [at.vertex - 1, at.vertex + 1].map((i) => points[shape.kind === 'polygon' ? (i + points.length) % points.length : i])
  const places = beside.flatMap((end) => (end ? [insideAlong(vec(end), snapAngle(vec(end), p, angleStepRad), editor.image)] : []))
  const [nearest] = places.sort((a, b) => distance(a, p) - distance(b, p))
  return clampPoint(roundPoint(nearest ?? p, 10), editor.image)
}

/** What stands before the vertex is moved: with a vertex just inserted that of the object, and of its twins when they go along. */
export const insertedVertex = (editor: Editor, { id, shape, twins }: MovingVertex, at: PointerAt): ReadonlyMap<Id, Shape> =>
  new Map<Id, Shape>([
    [id, shape],
    ...(editor.settings.aids.together === at.mod ? [] : twins).map((twin) => [twin.id, twin.shape] as const),
  ])

// --- arrow keys ---

/** What the selection looks like after `dx`, `dy` of arrow keys; an active vertex moves alone, `grow` changes the size. */
export function nudgedShapes(editor: Editor, dx: number, dy: number, grow: boolean): ReadonlyMap<Id, Shape> {
  const vertex = editor.activeVertex
  const shape = vertex && editor.records.get(vertex.id)?.shape
  if (!grow && vertex && shape && hasVertices(shape)) {
    const [x, y] = chainAt(shape, vertex.at)![vertex.at.vertex]!
    const to = clampPoint({ x: x + dx, y: y + dy }, editor.image)
    const twins = editor.settings.aids.together ? vertexTwins(editor, vertex.id, { x, y }) : []
    return to.x === x && to.y === y ? new Map() : movedTogether({ id: vertex.id, shape, at: [vertex.at] }, twins, to)
  }
  return grow ? grownShapes(editor, dx, dy) : movedShapes(editor, dx, dy, true)
}

/** The side after `by` keys: not below one pixel, not over the border of the picture, unless it was before. */
const grownSide = (side: number, by: number, room: number): number => clamp(side + by, Math.min(1, side), Math.max(side, room))

/** Upright shapes keep their top left corner, turned boxes and ellipses their middle. */
function grownShapes(editor: Editor, dx: number, dy: number): ReadonlyMap<Id, Shape> {
  const grown = new Map<Id, Shape>()
  for (const { id, shape, locked } of editor.selected) {
    if (locked || shape.kind === 'mask' || shape.kind === 'point') continue
    const frame = turnedFrame(shape)
    if (shape.kind === 'rotatedBox' || frame?.angleRad) {
      if (frame) grown.set(id, inTurnedFrame(shape, { ...frame, w: grownSide(frame.w, dx, Infinity), h: grownSide(frame.h, dy, Infinity) }))
      continue
    }
    const bounds = shapeBounds(shape)
    const w = grownSide(bounds.maxX - bounds.minX, dx, editor.image.width - bounds.minX)
    const h = grownSide(bounds.maxY - bounds.minY, dy, editor.image.height - bounds.minY)
    const next = { ...bounds, maxX: bounds.minX + w, maxY: bounds.minY + h }
    if (next.maxX === bounds.maxX && next.maxY === bounds.maxY) continue
    grown.set(id, shape.kind === 'box' ? boxOfBounds(next) : stretchInto(shape, next))
  }
  return grown
}
