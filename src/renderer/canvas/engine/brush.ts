import { combineSpans, noSpans, spanRules, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { paintedShape, paintsPixels } from '../../../shared/geometry/rasterize.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation, AnnotationPatch, Edit } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { MaskShape, PolygonShape } from '../../../shared/model/shape.ts'
import type { Gesture } from './actions.ts'
import type { Editor } from './editor.ts'
import { isOnShow } from './look.ts'
import { maskOfPixels, pixelsOf, spansContain } from './pixels.ts'
import { overlap, strokePixels, type Stroke } from './stroke.ts'

/** The record the brush works on when it is put down here (`id` null: a new one); null when there is nothing to erase from, or it is locked, which is said. Locked masks that nobody chose are passed over. */
export function strokeTarget(editor: Editor, erase: boolean, at: ImageVec): { readonly id: Id | null } | null {
  const { perClass, convert } = editor.settings.brush
  if (perClass && editor.pen.classId !== null) {
    // Hidden ones as well: it is seen as soon as the brush is put down, and a second one of the class is not what was asked for.
    const ofClass = editor.records
      .inOrder()
      .filter(
        ({ shape, region, classId }) =>
          shape.kind === 'mask' && (editor.pen.drawsVoid ? region === 'void' : classId === editor.pen.classId && region === 'object'),
      )
    return erase ? highestFree(editor, ofClass) : (ofClass.findLast(({ locked }) => !locked) ?? { id: null })
  }
  const single = editor.single
  if (single && (single.shape.kind === 'mask' || (single.shape.kind === 'polygon' && convert))) return editor.holds(single) ? null : single
  if (!erase) return { id: null }
  const under = editor.painted().filter(({ shape }) => shape.kind === 'mask' && spansContain(pixelsOf(shape, editor.image), at.x, at.y))
  return highestFree(editor, under)
}

/** The highest record that is not locked; null, and said, when all are. */
function highestFree(editor: Editor, records: readonly Annotation[]): Annotation | null {
  const record = records.findLast(({ locked }) => !locked) ?? records.at(-1)
  return record && !editor.holds(record) ? record : null
}

/** Columns are replaced, never changed: all of them begin with the same nothing. */
const noRows: readonly number[] = []

export function beginStroke(editor: Editor, erase: boolean, targetId: Id | null): Stroke {
  const columns = new Array<readonly number[]>(editor.image.width).fill(noRows)
  const guarded = erase ? [] : guardedRegions(editor, targetId)
  return { erase, targetId, columns, guarded, lockedVoid: erase ? [] : lockedVoid(editor, targetId) }
}

function lockedVoid(editor: Editor, targetId: Id | null): NonNullable<Stroke['lockedVoid']> {
  if (paintsVoid(editor, targetId === null ? undefined : editor.records.get(targetId))) return []
  return editor.records.inOrder().flatMap((record) => {
    const shape = record.region === 'void' && record.locked ? paintedShape(record) : null
    return shape ? [{ bounds: shapeBounds(shape), pixels: pixelsOf(shape, editor.image) }] : []
  })
}

const paintsVoid = ({ pen }: Editor, target: Annotation | undefined): boolean => (target ? target.region === 'void' : pen.drawsVoid)

/**
 * Regions whose pixels stay theirs: all objects when only free pixels are painted, with the void that cannot be taken from, or those of other classes when
 * these are protected. Void has no class of its own.
 */
function guardedRegions(editor: Editor, targetId: Id | null): Stroke['guarded'] {
  const { over } = editor.settings.brush
  if (over === 'all') return []
  const target = targetId === null ? undefined : editor.records.get(targetId)
  const asVoid = paintsVoid(editor, target)
  const classId = target?.classId ?? editor.pen.classId
  return editor.records.inOrder().flatMap((record) => {
    const shape = paintedShape(record)
    if (record.id === targetId || !shape) return []
    if (record.region === 'void' && (over !== 'free' || asVoid || isFree(editor, record))) return []
    if (over === 'ownClass' && !asVoid && record.classId === classId) return []
    return [{ bounds: shapeBounds(shape), pixels: pixelsOf(shape, editor.image) }]
  })
}

/** Painting may take pixels from it. */
const isFree = ({ look }: Editor, record: Annotation): boolean => !record.locked && isOnShow(look, record)

/** Ends a stroke as one entry; answers with the mask to work on next, null when there is none (left). */
export function commitStroke(editor: Editor, stroke: Stroke): Id | null {
  if (stroke.meetsLockedVoid) editor.voidKept()
  const covered = strokePixels(stroke)
  const record = stroke.targetId === null ? undefined : editor.records.get(stroke.targetId)
  // Deleted meanwhile from another window: an eraser has nothing left, a brush paints a new mask.
  if (stroke.erase) return record ? erase(editor, record, covered) : null
  return paint(editor, record, covered, stroke.replaces === true)
}

const targetPixels = (editor: Editor, record: Annotation): MaskSpans =>
  paintsPixels(record.shape) ? pixelsOf(record.shape, editor.image) : noSpans

const sameShape = (a: Annotation['shape'], b: MaskShape): boolean =>
  a.kind === 'mask' && a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h && a.rle === b.rle

function erase(editor: Editor, record: Annotation, covered: MaskSpans): Id | null {
  const before = targetPixels(editor, record)
  const left = maskOfPixels(combineSpans(before, covered, spanRules.subtract))
  if (!left) {
    editor.commit('eraseMask' satisfies Gesture, [{ op: 'delete', id: record.id, rev: record.rev }])
    return null
  }
  if (overlap(before, covered)) {
    editor.commit('eraseMask' satisfies Gesture, [{ op: 'update', id: record.id, rev: record.rev, patch: { shape: left } }])
  }
  return record.id
}

function paint(editor: Editor, record: Annotation | undefined, covered: MaskSpans, replaces: boolean): Id | null {
  const shape = maskOfPixels(record && !replaces ? combineSpans(targetPixels(editor, record), covered, spanRules.union) : covered)
  if (!shape) return record?.id ?? null
  const others = editor.records.inOrder().filter((other) => other.id !== record?.id && paintedShape(other) !== null)
  const asVoid = paintsVoid(editor, record)
  const cuts = others.flatMap((other) => cutFrom(editor, other, covered, asVoid))
  if (!record) {
    const annotation = editor.newRecord(shape)
    editor.commit('createMask' satisfies Gesture, [{ op: 'create', annotation }, ...cuts])
    return annotation.id
  }
  const touched = new Set(cuts.map((edit) => (edit.op === 'create' ? edit.annotation.id : edit.id)))
  const above = others.filter((other) => !touched.has(other.id) && isOver(other, record) && isOnShow(editor.look, other))
  const hidden = above.some(({ shape: other }) => paintsPixels(other) && overlap(pixelsOf(other, editor.image), covered))
  const patch: AnnotationPatch = { ...(sameShape(record.shape, shape) ? {} : { shape }), ...(hidden ? { z: editor.topZ() } : {}) }
  const own: Edit[] = Object.keys(patch).length > 0 ? [{ op: 'update', id: record.id, rev: record.rev, patch }] : []
  editor.commit('paintMask' satisfies Gesture, [...own, ...cuts])
  return record.id
}

const isOver = (a: Annotation, b: Annotation): boolean => a.region !== 'void' && (a.z > b.z || (a.z === b.z && a.id > b.id))

/**
 * What painting takes from another region: from all masks on show when the user wants no overlap, from void of every kind when free pixels are claimed,
 * because void would win; what is left is a mask. Locked ones keep theirs.
 */
function cutFrom(editor: Editor, other: Annotation, covered: MaskSpans, asVoid: boolean): readonly Edit[] {
  const shape = isFree(editor, other) ? claimedShape(editor, other, asVoid) : null
  if (!shape) return []
  const before = pixelsOf(shape, editor.image)
  if (!overlap(before, covered)) return []
  const left = maskOfPixels(combineSpans(before, covered, spanRules.subtract))
  return [left ? { op: 'update', id: other.id, rev: other.rev, patch: { shape: left } } : { op: 'delete', id: other.id, rev: other.rev }]
}

function claimedShape({ settings }: Editor, other: Annotation, asVoid: boolean): MaskShape | PolygonShape | null {
  const { cut, over } = settings.brush
  if (over === 'free' && other.region === 'void' && !asVoid) return paintedShape(other)
  return cut && other.shape.kind === 'mask' ? other.shape : null
}
