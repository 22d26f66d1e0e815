import { withPatch, type Annotation, type Edit } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'

/** One gesture on its way to the host. */
export interface Entry {
  readonly entryId: Id
  readonly itemId: Id
  readonly command: string
  readonly edits: readonly Edit[]
  /** The records it changes or deletes, as the gesture saw them. */
  readonly was?: readonly Annotation[]
}

export const editTarget = (edit: Edit): Id => (edit.op === 'create' ? edit.annotation.id : edit.id)

/** What the host will make of the edits, written into `target`; revisions stay what the host last said (1 for what it does not know yet). */
export function applyEdits(target: Map<Id, Annotation>, entry: Pick<Entry, 'itemId' | 'edits'>): void {
  for (const edit of entry.edits) {
    if (edit.op === 'create') {
      if (!target.has(edit.annotation.id)) target.set(edit.annotation.id, { ...edit.annotation, itemId: entry.itemId, rev: 1 })
    } else if (edit.op === 'delete') {
      target.delete(edit.id)
    } else {
      const known = target.get(edit.id)
      if (known) target.set(edit.id, withPatch(known, edit.patch))
    }
  }
}

/** Equal shapes keep the object they had, so that caches keyed by shape (bitmaps, outlines, areas) survive a round trip. */
export function keepShape(known: Shape | undefined, next: Shape): Shape {
  return known && (known === next || JSON.stringify(known) === JSON.stringify(next)) ? known : next
}
