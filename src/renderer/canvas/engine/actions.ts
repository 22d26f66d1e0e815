import { clampTranslation, unionBounds } from '../../../shared/geometry/box.ts'
import { vec } from '../../../shared/geometry/point.ts'
import { shapeBounds, translateShape } from '../../../shared/geometry/shapes.ts'
import type { ImagePx, ImageSize, ImageVec } from '../../../shared/geometry/spaces.ts'
import { chainAt, chainsOf, edgeMiddle, hasVertices, insertVertex, removeVertex } from '../../../shared/geometry/vertices.ts'
import { attributeOf, type Annotation, type AnnotationPatch, type Attributes, type Edit } from '../../../shared/model/annotation.ts'
import { attributesInClass } from '../../../shared/model/attributeSchema.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { focusBounds, revealBounds, revealPoint } from './camera.ts'
import type { ActiveVertex } from './draft.ts'
import type { Editor } from './editor.ts'
import { isOnShow } from './look.ts'
import { selectionBounds } from './sight.ts'
import { edgeTwins, removedTwins, vertexTwins } from './twins.ts'

/** Names of the gestures as they stand in the journal; the page has a sentence for each. */
export const gestures = [
  'createBox',
  'createPolygon',
  'createRotatedBox',
  'createEllipse',
  'createPolyline',
  'createPoint',
  'createMask',
  'paintMask',
  'eraseMask',
  'move',
  'resize',
  'turn',
  'moveVertex',
  'addVertex',
  'removeVertex',
  'nudge',
  'delete',
  'paste',
  'duplicate',
  'order',
  'reclassify',
  'attributes',
  'group',
  'ungroup',
  'lock',
  'unlock',
  'propagate',
  'union',
  'intersect',
  'subtract',
  'join',
  'separate',
  'overlap',
  'split',
  'fillHoles',
  'grow',
  'shrink',
  'islands',
  'toPolygon',
  'toMask',
  'addPart',
  'cutHole',
  'toVoid',
  'toObject',
  'resolve',
  'restoreState',
  'restoreShapes',
  'acceptProposals',
  'smartNew',
  'smartReplace',
  'smartAdd',
  'smartSubtract',
  'boxesToMasks',
  'tightenBoxes',
  'automaticMasks',
] as const
export type Gesture = (typeof gestures)[number]

/** A mask stays where it is under the pointer, unless its frame is shown, so that painting over it moves nothing; everything else can be moved. */
export const isMovable = ({ settings }: Editor, shape: Shape): boolean => shape.kind !== 'mask' || settings.aids.frame

/** What of the selection is seen: nothing else is ever deleted. */
export const seenSelection = (editor: Editor): readonly Annotation[] => editor.selected.filter((record) => isOnShow(editor.look, record))

/** What of it is not on show stays, which is said. False: refused, as it is where something of it is locked, unless that is to go as well. */
export function deleteSelection(editor: Editor, evenLocked = false): boolean {
  const seen = seenSelection(editor)
  if (seen.length < editor.selection.size) editor.unseenKept(editor.selection.size - seen.length)
  const edits = seen.map(({ id, rev, locked }): Edit => ({
    op: 'delete',
    id,
    rev,
    ...(evenLocked && locked ? { evenLocked } : {}),
  }))
  return editor.commit('delete' satisfies Gesture, edits)
}

/** Gives the selection a class. False: refused. */
export const reclassifySelection = (editor: Editor, classId: Id): boolean => reclassify(editor, editor.selected, classId)

/**
 * Gives objects a class, and the attributes such objects start with; those that have it already are left alone. A void region becomes an object of the class.
 * False: refused.
 */
export function reclassify(editor: Editor, records: readonly Annotation[], classId: Id): boolean {
  const patches = new Map<Id, AnnotationPatch>()
  for (const record of records) {
    if (record.classId === classId && record.region === 'object') continue
    const attributes = attributesInClass(record.attributes, editor.fieldsFor(record.classId), editor.fieldsFor(classId))
    patches.set(record.id, { classId, region: 'object', ...(attributes === record.attributes ? {} : { attributes }) })
  }
  return editor.commitPatches('reclassify' satisfies Gesture, patches)
}

export function setAttributes(editor: Editor, id: Id, changes: Attributes): void {
  const record = editor.records.get(id)
  if (!record || Object.entries(changes).every(([key, value]) => attributeOf(record.attributes, key) === value)) return
  editor.commitPatches('attributes' satisfies Gesture, new Map([[id, { attributes: { ...record.attributes, ...changes } }]]))
}

/** Attributes of everything selected as one gesture; what has the values already is left alone. False: refused. */
export function changeAttributes(editor: Editor, changesOf: (record: Annotation) => Attributes): boolean {
  const patches = editor.selected.flatMap((record): [Id, AnnotationPatch][] => {
    const changes = changesOf(record)
    const same = Object.entries(changes).every(([key, value]) => attributeOf(record.attributes, key) === value)
    return same ? [] : [[record.id, { attributes: { ...record.attributes, ...changes } }]]
  })
  return editor.commitPatches('attributes' satisfies Gesture, new Map(patches))
}

/** How far records can be moved that way as one without leaving the picture; with masks among them in whole pixels, so that they keep their places beside each other. */
export function stepWithin(records: readonly Annotation[], dx: ImagePx, dy: ImagePx, size: ImageSize): ImageVec {
  const bounds = unionBounds(records.map(({ shape }) => shapeBounds(shape)))
  if (!bounds) return { x: 0, y: 0 }
  const step = clampTranslation(bounds, dx, dy, size)
  return records.some(({ shape }) => shape.kind === 'mask') ? { x: Math.trunc(step.x), y: Math.trunc(step.y) } : step
}

/** The movable part of the selection, moved as one and kept in the picture; by keys, which go by whole pixels, masks as well. */
export function movedShapes(editor: Editor, dx: ImagePx, dy: ImagePx, byKeys = false): ReadonlyMap<Id, Shape> {
  const records = editor.selected.filter((record) => (byKeys || isMovable(editor, record.shape)) && !record.locked)
  const step = stepWithin(records, dx, dy, editor.image)
  if (step.x === 0 && step.y === 0) return new Map()
  return new Map(records.map((record) => [record.id, translateShape(record.shape, step.x, step.y)]))
}

export function removeActiveVertex(editor: Editor): boolean {
  const active = editor.activeVertex
  const shape = active && editor.records.get(active.id)?.shape
  if (!active || !shape || !hasVertices(shape)) return false
  const smaller = removeVertex(shape, active.at)
  if (!smaller) return false
  const [x, y] = chainAt(shape, active.at)![active.at.vertex]!
  const twins = editor.settings.aids.together ? removedTwins(vertexTwins(editor, active.id, { x, y })) : []
  editor.setActiveVertex(null)
  const shapes: [Id, Shape][] = [[active.id, smaller], ...twins]
  editor.commitPatches('removeVertex' satisfies Gesture, new Map(shapes.map(([id, shape]) => [id, { shape }])))
  return true
}

/** Sets a vertex in the middle of the edge after the active one, else of the first edge, and makes it the active one. False: nothing is selected that has edges, or it was refused. */
export function addVertexAfter(editor: Editor): boolean {
  const record = editor.single
  if (!record || !hasVertices(record.shape)) return false
  const edge = edgeMiddle(record.shape, editor.activeVertex?.at ?? { part: 0, hole: null, vertex: 0 })
  if (!edge) return false
  const { at, a, b, middle } = edge
  const twins = editor.settings.aids.together ? edgeTwins(editor, record.id, a, b, middle) : []
  const shapes: [Id, Shape][] = [
    [record.id, insertVertex(record.shape, at, middle)],
    ...twins.map(({ id, shape }): [Id, Shape] => [id, shape]),
  ]
  if (!editor.commitPatches('addVertex' satisfies Gesture, new Map(shapes.map(([id, shape]) => [id, { shape }])))) return false
  takeVertex(editor, { id: record.id, at: { ...at, vertex: at.vertex + 1 } }, middle)
  return true
}

/** Steps through the vertices of the selected polygon or line, from ring to ring, so that keys can move them. */
export function stepVertex(editor: Editor, by: 1 | -1): boolean {
  const record = editor.single
  if (!record || !hasVertices(record.shape)) return false
  const rings = chainsOf(record.shape)
  const active = editor.activeVertex?.at
  const ring = active ? rings.findIndex(({ part, hole }) => part === active.part && hole === active.hole) : by > 0 ? 0 : rings.length
  const vertex = (active?.vertex ?? -1) + by
  const stays = rings[ring]?.points[vertex] !== undefined
  const next = rings[stays ? ring : (ring + by + rings.length) % rings.length]!
  const { part, hole, points } = next
  const at = { part, hole, vertex: stays ? vertex : by > 0 ? 0 : points.length - 1 }
  takeVertex(editor, { id: record.id, at }, vec(points[at.vertex]!))
  return true
}

/** Keys act on this vertex from now on; it is brought into view. */
function takeVertex(editor: Editor, active: ActiveVertex, p: ImageVec): void {
  editor.setActiveVertex(active)
  const camera = revealPoint(editor.camera, p, editor.view, editor.image)
  if (camera !== editor.camera) editor.setCamera(camera)
}

export function selectAll(editor: Editor): void {
  editor.select(editor.painted().flatMap((record) => (record.locked ? [] : [record.id])))
}

/** Selects the next or previous object in painter's order, of those that are wanted, and brings it into view. False: there is none. */
export function stepSelection(editor: Editor, by: 1 | -1, wanted: (record: Annotation) => boolean = () => true): boolean {
  const records = editor.painted()
  const found = records.findIndex(({ id }) => editor.selection.has(id))
  const from = found < 0 && by < 0 ? records.length : found
  for (let steps = 1; steps <= records.length; steps++) {
    const record = records[(from + by * steps + 2 * records.length) % records.length]!
    if (!wanted(record)) continue
    editor.select([record.id])
    revealSelection(editor)
    return true
  }
  return false
}

export function revealSelection(editor: Editor): void {
  const bounds = selectionBounds(editor)
  if (!bounds) return
  const camera = revealBounds(editor.camera, bounds, editor.view, editor.image)
  if (camera !== editor.camera) editor.setCamera(camera)
}

/** Zooms to the selection. */
export function focusSelection(editor: Editor): void {
  const bounds = selectionBounds(editor)
  if (bounds) editor.setCamera(focusBounds(bounds, editor.view, editor.image))
}
