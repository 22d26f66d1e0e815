import type { Annotation, AnnotationPatch } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { deleteSelection, seenSelection, type Gesture } from './actions.ts'
import type { Editor } from './editor.ts'

/** These objects and all that are grouped with one of them, as far as they can be selected on the canvas. */
export function withGroups(editor: Editor, ids: Iterable<Id>): Id[] {
  const chosen = new Set(ids)
  const groups = new Set([...chosen].flatMap((id) => editor.records.get(id)?.groupId ?? []))
  if (groups.size === 0) return [...chosen]
  for (const { id, groupId, locked } of editor.painted()) if (groupId && groups.has(groupId) && !locked) chosen.add(id)
  return [...chosen]
}

function patchSelection(editor: Editor, gesture: Gesture, patch: (record: Annotation) => AnnotationPatch | null): void {
  const patches = editor.selected.flatMap((record): [Id, AnnotationPatch][] => {
    const change = patch(record)
    return change ? [[record.id, change]] : []
  })
  editor.commitPatches(gesture, new Map(patches))
}

/** One group of the selection; what belonged to another group leaves it. */
export function groupSelection(editor: Editor): void {
  if (editor.selection.size < 2) return
  const groupId = editor.newId()
  patchSelection(editor, 'group', () => ({ groupId }))
}

export const ungroupSelection = (editor: Editor): void =>
  patchSelection(editor, 'ungroup', (record) => (record.groupId ? { groupId: null } : null))

export const lockSelection = (editor: Editor, locked: boolean): void =>
  patchSelection(editor, locked ? 'lock' : 'unlock', (record) => ((record.locked ?? false) === locked ? null : { locked }))

/** Locks the selection; unlocks it when all of it is locked. */
export const toggleLock = (editor: Editor): void =>
  lockSelection(
    editor,
    editor.selected.some((record) => !record.locked),
  )

/** Deletes the selection with what is locked of it, as one entry; answers with how many were locked. */
export function deleteWithLocked(editor: Editor): number {
  const locked = seenSelection(editor).filter((record) => record.locked).length
  return deleteSelection(editor, true) ? locked : 0
}

export function setLocked(editor: Editor, id: Id, locked: boolean): void {
  editor.commitPatches((locked ? 'lock' : 'unlock') satisfies Gesture, new Map([[id, { locked }]]))
}

export function unlockAll(editor: Editor): void {
  const locked = editor.records.inOrder().filter((record) => record.locked)
  editor.commitPatches('unlock' satisfies Gesture, new Map(locked.map(({ id }): [Id, AnnotationPatch] => [id, { locked: false }])))
}

/** Selects everything on show that has this class and may be changed, or adds it to the selection. */
export function selectClass(editor: Editor, classId: Id | null, add = false): void {
  const found = editor
    .painted()
    .flatMap((record) => (record.classId === classId && record.region === 'object' && !record.locked ? [record.id] : []))
  editor.select(add ? [...editor.selection, ...found] : found)
}

/** Everything that has a class of the selection. */
export function selectSameClass(editor: Editor): void {
  const classes = new Set(editor.selected.map(({ classId }) => classId))
  const found = editor.painted().filter((record) => classes.has(record.classId) && !record.locked)
  editor.select(found.map(({ id }) => id))
}
