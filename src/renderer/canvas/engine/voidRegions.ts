import { isRegion } from '../../../shared/geometry/regions.ts'
import type { Annotation, AnnotationPatch } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Gesture } from './actions.ts'
import type { Editor } from './editor.ts'

const areas = (editor: Editor): readonly Annotation[] => editor.selected.filter(({ shape }) => isRegion(shape))

/** True when there are areas in the selection and all of them are void. */
export const isSelectionVoid = (editor: Editor): boolean => {
  const selected = areas(editor)
  return selected.length > 0 && selected.every(({ region }) => region === 'void')
}

/** The class of what is drawn next; null: none, or void. */
export const nextClass = ({ pen }: Editor): Id | null => (pen.drawsVoid ? null : pen.classId)

/** Makes the selected areas void; when all of them are, objects of the class they had. What is drawn next is of the same kind. Answers with what that is; null: refused. */
export function toggleVoid(editor: Editor): Annotation['region'] | null {
  const selected = areas(editor)
  const before = selected.length > 0 ? isSelectionVoid(editor) : editor.pen.drawsVoid
  const region = before ? 'object' : 'void'
  const gesture: Gesture = before ? 'toObject' : 'toVoid'
  const changed = selected.filter((record) => record.region !== region)
  const done = editor.commitPatches(gesture, new Map(changed.map(({ id }): [Id, AnnotationPatch] => [id, { region }])))
  if (!done) return null
  editor.pen.setDrawsVoid(region === 'void')
  return region
}
