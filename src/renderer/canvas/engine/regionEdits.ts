import { isRegion } from '../../../shared/geometry/regions.ts'
import type { RegionChange, RegionInput, RegionOp, RegionTask } from '../../../shared/geometry/regionTask.ts'
import { paintedShape, paintOrder } from '../../../shared/geometry/rasterize.ts'
import type { Annotation, Edit } from '../../../shared/model/annotation.ts'
import type { Gesture } from './actions.ts'
import type { Editor } from './editor.ts'

/** The entry in the journal that an operation leaves. */
export function regionGesture(op: RegionOp): Gesture {
  switch (op.kind) {
    case 'grow':
      return op.byPx < 0 ? 'shrink' : 'grow'
    default:
      return op.kind
  }
}

const inputsOf = (records: readonly Annotation[]): RegionInput[] =>
  paintOrder(records).flatMap(({ id, shape }) => (isRegion(shape) ? [{ id, shape }] : []))

/** The selected regions, lowest first (void regions lie above all others). */
export const selectedRegions = (editor: Editor): readonly RegionInput[] => inputsOf(editor.selected)

/** The regions of the picture that paint pixels; boxes of objects are detections and may overlap as they like. */
export const paintedRegions = (editor: Editor): readonly RegionInput[] =>
  inputsOf(editor.records.inOrder().filter((record) => paintedShape(record) !== null))

export const regionTask = (editor: Editor, op: RegionOp, inputs: readonly RegionInput[]): RegionTask => ({ op, inputs, size: editor.image })

/** True while every region an operation began with is still as it was. */
const isCurrent = (editor: Editor, inputs: readonly RegionInput[]): boolean =>
  inputs.every(({ id, shape }) => editor.records.get(id)?.shape === shape)

/**
 * Writes the outcome of an operation as one gesture and selects what came of it: a region that became several keeps its id, class, attributes and group for the
 * first, the others get them too and lie directly above it. Answers with how many regions changed, none when it was refused; null when they changed meanwhile and nothing is written.
 */
export function commitRegions(editor: Editor, { op, inputs }: RegionTask, changes: readonly RegionChange[]): number | null {
  if (!isCurrent(editor, inputs)) return null
  const edits: Edit[] = []
  const left = new Set(editor.selection)
  for (const { id, shapes } of changes) {
    const record = editor.records.get(id)!
    const [first, ...others] = shapes
    if (first) {
      edits.push({ op: 'update', id, rev: record.rev, patch: { shape: first } })
      left.add(id)
    } else edits.push({ op: 'delete', id, rev: record.rev })
    const { classId, region, attributes, z, groupId } = record
    for (const shape of others) {
      const piece = { classId, region, attributes, z, ...(groupId ? { groupId } : {}) }
      const annotation = { id: editor.newId(), ...piece, shape, provenance: { kind: 'human' } } as const
      edits.push({ op: 'create', annotation })
      left.add(annotation.id)
    }
  }
  if (!editor.commit(regionGesture(op), edits)) return 0
  editor.select(left)
  return changes.length
}
