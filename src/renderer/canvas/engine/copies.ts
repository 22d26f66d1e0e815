import { clampTranslation, unionBounds } from '../../../shared/geometry/box.ts'
import { inPicture } from '../../../shared/geometry/inPicture.ts'
import { shapeBounds, translateShape } from '../../../shared/geometry/shapes.ts'
import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation, Edit } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { stepWithin, type Gesture } from './actions.ts'
import type { Editor } from './editor.ts'

/** What was copied: records as they were, in painter's order, and the picture they come from. */
export interface Clip {
  readonly itemId: Id
  readonly records: readonly Annotation[]
}

/** How far a copy beside its original stands, so that it can be seen and taken. */
const stepPx: ImagePx = 10

/** The selection as it is now; null when nothing is selected. */
export const copySelection = (editor: Editor): Clip | null =>
  editor.itemId !== null && editor.selected.length > 0 ? { itemId: editor.itemId, records: editor.selected } : null

/** What became of what was copied: how many copies there are, how many would have lain outside of the picture, were cut at its border, have no class here. */
export interface Pasted {
  readonly pasted: number
  readonly outside: number
  readonly cut: number
  readonly classless: number
}

export const nothingPasted: Pasted = { pasted: 0, outside: 0, cut: 0, classless: 0 }

/**
 * Copies into the open picture, on top, selected, as one gesture: in another picture at the same place, as far as that lies in it, in their own beside
 * the original. `classFor`: the class of a copy in this picture's dataset.
 */
export function pasteClip(editor: Editor, clip: Clip, gesture: Gesture, classFor: (classId: Id) => Id | null): Pasted {
  const { itemId, image } = editor
  if (itemId === null) return nothingPasted
  if (itemId === clip.itemId) {
    const pasted = createCopies(editor, clip.records, besides(editor, clip.records), gesture, classFor)
    return { ...nothingPasted, pasted }
  }
  const kept = clip.records.flatMap((record) => {
    const shape = inPicture(record.shape, image)
    return shape ? [{ ...record, shape }] : []
  })
  const pasted = createCopies(editor, kept, { x: 0, y: 0 }, gesture, classFor)
  if (pasted < kept.length) return nothingPasted
  const whole = new Set(clip.records.map(({ shape }) => shape))
  return {
    pasted,
    outside: clip.records.length - kept.length,
    cut: kept.filter(({ shape }) => !whole.has(shape)).length,
    classless: kept.filter(({ classId }) => classId !== null && classFor(classId) === null).length,
  }
}

/** Copies at some distance, on top, selected; answers with how many there are, none when that was refused. */
function createCopies(
  editor: Editor,
  records: readonly Annotation[],
  by: ImageVec,
  gesture: Gesture,
  classFor: (classId: Id) => Id | null,
): number {
  let z = Math.max(0, (editor.records.inOrder().at(-1)?.z ?? -1) + 1)
  // Copies of a group are a group of their own.
  const groups = new Map<Id, Id>()
  const groupOf = (groupId: Id): Id => groups.get(groupId) ?? groups.set(groupId, editor.newId()).get(groupId)!
  const edits = records.map((record): Edit => {
    const { classId, region, shape, attributes, groupId } = record
    const copy = { region, attributes, classId: classId === null ? null : classFor(classId), shape: translateShape(shape, by.x, by.y) }
    return {
      op: 'create',
      annotation: { id: editor.newId(), ...copy, provenance: { kind: 'human' }, z: z++, ...(groupId ? { groupId: groupOf(groupId) } : {}) },
    }
  })
  if (edits.length === 0 || !editor.commit(gesture, edits)) return 0
  editor.select(edits.map((edit) => (edit.op === 'create' ? edit.annotation.id : '')))
  return edits.length
}

/** Where copies of the selection would stand that far away, within the picture; none beside their originals. */
export function copiedShapes(editor: Editor, dx: ImagePx, dy: ImagePx): ReadonlyMap<Id, Shape> {
  const by = stepWithin(editor.selected, dx, dy, editor.image)
  if (by.x === 0 && by.y === 0) return new Map()
  return new Map(editor.selected.map(({ id, shape }) => [id, translateShape(shape, by.x, by.y)]))
}

/** Copies the selection that far away, as one gesture. */
export function copyBy(editor: Editor, dx: ImagePx, dy: ImagePx): void {
  const by = stepWithin(editor.selected, dx, dy, editor.image)
  if (by.x !== 0 || by.y !== 0) createCopies(editor, editor.selected, by, 'duplicate', (classId) => classId)
}

/** Beside the originals and everything that was pasted there before. */
function besides(editor: Editor, records: readonly Annotation[]): { x: ImagePx; y: ImagePx } {
  const bounds = unionBounds(records.map(({ shape }) => shapeBounds(shape)))
  if (!bounds) return { x: 0, y: 0 }
  const taken = new Set(editor.records.inOrder().map(({ shape }) => JSON.stringify(shape)))
  for (let steps = 1; ; steps++) {
    const wished = clampTranslation(bounds, steps * stepPx, steps * stepPx, editor.image)
    const by = { x: Math.round(wished.x), y: Math.round(wished.y) }
    const free = records.every(({ shape }) => !taken.has(JSON.stringify(translateShape(shape, by.x, by.y))))
    // At the edge of the picture it goes no further.
    if (free || by.x < steps * stepPx - 1 || by.y < steps * stepPx - 1) return by
  }
}
