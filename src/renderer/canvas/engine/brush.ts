import { combineSpans, noSpans, spanRules, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { maskOfPixels, overlap, pixelsOf, spansContain } from '../../../shared/geometry/pixels.ts'
import { paintedShape, paintsPixels } from '../../../shared/geometry/rasterize.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Annotation, AnnotationPatch, Edit } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { cutsOf, guardedAreas, lockedVoidAreas, type Ground, type Painter } from '../../../shared/painting/protection.ts'
import type { Gesture } from './actions.ts'
import type { Editor } from './editor.ts'
import { isOnShow } from './look.ts'
import { strokePixels, type Stroke } from './stroke.ts'

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
  if (erase) return { erase, targetId, columns, guarded: [], lockedVoid: [] }
  const [ground, painter] = [groundOf(editor), painterOf(editor, targetId === null ? undefined : editor.records.get(targetId), targetId)]
  return { erase, targetId, columns, guarded: guardedAreas(ground, painter), lockedVoid: lockedVoidAreas(ground, painter) }
}

/** The open picture as painting finds it. */
export const groundOf = ({ records, image, look, settings }: Editor): Ground => ({
  image,
  records: records.inOrder(),
  rule: settings.brush,
  isOnShow: (record) => isOnShow(look, record),
})

/** What is painted into, else what is drawn next. */
const painterOf = ({ pen }: Editor, target: Annotation | undefined, id: Id | null): Painter =>
  target ?? { id, classId: pen.classId, region: pen.drawsVoid ? 'void' : 'object' }

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
  const cuts = cutsOf(groundOf(editor), painterOf(editor, record, null), covered)
  if (!record) {
    const annotation = editor.newRecord(shape)
    editor.commit('createMask' satisfies Gesture, [{ op: 'create', annotation }, ...cuts])
    return annotation.id
  }
  const touched = new Set(cuts.map((edit) => (edit.op === 'create' ? edit.annotation.id : edit.id)))
  const others = editor.records.inOrder().filter((other) => other.id !== record.id && paintedShape(other) !== null)
  const above = others.filter((other) => !touched.has(other.id) && isOver(other, record) && isOnShow(editor.look, other))
  const hidden = above.some(({ shape: other }) => paintsPixels(other) && overlap(pixelsOf(other, editor.image), covered))
  const patch: AnnotationPatch = { ...(sameShape(record.shape, shape) ? {} : { shape }), ...(hidden ? { z: editor.topZ() } : {}) }
  const own: Edit[] = Object.keys(patch).length > 0 ? [{ op: 'update', id: record.id, rev: record.rev, patch }] : []
  editor.commit('paintMask' satisfies Gesture, [...own, ...cuts])
  return record.id
}

const isOver = (a: Annotation, b: Annotation): boolean => a.region !== 'void' && (a.z > b.z || (a.z === b.z && a.id > b.id))
