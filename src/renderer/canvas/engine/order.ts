import type { Annotation, AnnotationPatch } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Gesture } from './actions.ts'
import type { Editor } from './editor.ts'

export type OrderMove = 'front' | 'forward' | 'backward' | 'back'

/** Painter's order after the selection went one place up or down; a row of selected ones moves as one. */
function stepped(records: readonly Annotation[], selection: ReadonlySet<Id>, by: 1 | -1): readonly Annotation[] {
  const list = by > 0 ? records.toReversed() : [...records]
  for (let i = 1; i < list.length; i++) {
    const [before, here] = [list[i - 1]!, list[i]!]
    if (selection.has(here.id) && !selection.has(before.id)) [list[i - 1], list[i]] = [here, before]
  }
  return by > 0 ? list.toReversed() : list
}

/** Moves the selection in painter's order; only records whose place changes are written. */
export function moveInOrder(editor: Editor, move: OrderMove): void {
  const before = editor.records.inOrder()
  const { selection } = editor
  const order = (z: readonly (readonly [Annotation, number])[]): void => {
    const moved = z.filter(([record, next]) => record.z !== next)
    editor.commitPatches('order' satisfies Gesture, new Map(moved.map(([{ id }, next]): [Id, AnnotationPatch] => [id, { z: next }])))
  }
  const chosen = before.filter(({ id }) => selection.has(id))
  if (move === 'front' || move === 'back') {
    const end = move === 'front' ? before.slice(-chosen.length) : before.slice(0, chosen.length)
    if (end.every(({ id }) => selection.has(id))) return
    const first = move === 'front' ? before.at(-1)!.z + 1 : before[0]!.z - chosen.length
    return order(chosen.map((record, i) => [record, first + i]))
  }
  const after = stepped(before, selection, move === 'forward' ? 1 : -1)
  if (after.every((record, i) => record === before[i])) return
  // Each takes the place of the one that stood there; places that were shared are spread.
  let z = -Infinity
  order(after.map((record, i) => [record, (z = Math.max(z + 1, before[i]!.z))] as const))
}
