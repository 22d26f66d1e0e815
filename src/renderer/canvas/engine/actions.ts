import { clampTranslation, unionBounds } from '../../../shared/geometry/box.ts'
import { shapeBounds, translateShape } from '../../../shared/geometry/shapes.ts'
import type { ImagePx } from '../../../shared/geometry/spaces.ts'
import { chainAt, hasVertices, removeVertex } from '../../../shared/geometry/vertices.ts'
import type { Annotation, AnnotationPatch, Attributes, Edit } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { focusBounds, revealBounds } from './camera.ts'
import type { Editor } from './editor.ts'
import { selectionBounds } from './sight.ts'
import { removedTwins, vertexTwins } from './twins.ts'

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

/** False: refused. */
export function deleteSelection(editor: Editor): boolean {
  const edits = editor.selected.map((record): Edit => ({ op: 'delete', id: record.id, rev: record.rev }))
  return editor.commit('delete' satisfies Gesture, edits)
}

/** Gives the selection a class; objects that have it already are left alone. A void region becomes an object of the class. False: refused. */
export function reclassifySelection(editor: Editor, classId: Id): boolean {
  const patches = new Map<Id, AnnotationPatch>()
  for (const record of editor.selected) {
    if (record.classId !== classId || record.region === 'void') patches.set(record.id, { classId, region: 'object' })
  }
  return editor.commitPatches('reclassify' satisfies Gesture, patches)
}

export function setAttributes(editor: Editor, id: Id, changes: Attributes): void {
  const record = editor.records.get(id)
  if (!record || Object.entries(changes).every(([key, value]) => record.attributes[key] === value)) return
  editor.commitPatches('attributes' satisfies Gesture, new Map([[id, { attributes: { ...record.attributes, ...changes } }]]))
}

/** Attributes of everything selected as one gesture; what has the values already is left alone. False: refused. */
export function changeAttributes(editor: Editor, changesOf: (record: Annotation) => Attributes): boolean {
  const patches = editor.selected.flatMap((record): [Id, AnnotationPatch][] => {
    const changes = changesOf(record)
    const same = Object.entries(changes).every(([key, value]) => record.attributes[key] === value)
    return same ? [] : [[record.id, { attributes: { ...record.attributes, ...changes } }]]
  })
  return editor.commitPatches('attributes' satisfies Gesture, new Map(patches))
}

/** The movable part of the selection, moved as one and kept in the picture; by keys, which go by whole pixels, masks as well. */
export function movedShapes(editor: Editor, dx: ImagePx, dy: ImagePx, byKeys = false): ReadonlyMap<Id, Shape> {
  const records = editor.selected.filter((record) => (byKeys || isMovable(editor, record.shape)) && !record.locked)
  const bounds = unionBounds(records.map((record) => shapeBounds(record.shape)))
  if (!bounds) return new Map()
  const step = clampTranslation(bounds, dx, dy, editor.image)
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

/** Steps through the vertices of the selected ring or line, so that keys can move them. */
export function stepVertex(editor: Editor, by: 1 | -1): boolean {
  const record = editor.single
  if (!record || !hasVertices(record.shape)) return false
  const at = editor.activeVertex?.at ?? { part: 0, hole: null, vertex: by > 0 ? -1 : 0 }
  const ring = chainAt(record.shape, at)
  if (!ring) return false
  editor.setActiveVertex({ id: record.id, at: { ...at, vertex: (at.vertex + by + ring.length) % ring.length } })
  return true
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
