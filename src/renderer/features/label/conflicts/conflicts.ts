import { annotationPatchSchema, newAnnotationSchema, type Annotation, type Edit } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { applyEdits, editTarget, type Entry } from '../../../canvas/engine/edits.ts'
import type { Home } from '../../../stores/home.ts'
import type { Remains, Waiting } from '../commitQueue.ts'

/** One object that was changed here and elsewhere at the same time. */
export interface Conflict {
  readonly id: Id
  readonly itemId: Id
  /** The project of the picture. */
  readonly home: Home | null
  /** What the picture is called; absent: not known. */
  readonly itemName?: string | undefined
  /** As this window has it; null: deleted here. */
  readonly mine: Annotation | null
  /** As it is stored now; null: deleted there. */
  readonly theirs: Annotation | null
}

/** 'both' keeps what is stored and puts this window's version beside it. */
export type Choice = 'mine' | 'theirs' | 'both'

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
/** Who made it is not what it says. */
const contentSchema = annotationPatchSchema.omit({ provenance: true })
const textOf = (record: Annotation): string => JSON.stringify(contentSchema.parse(record), sorted)
export const sameContent = (a: Annotation | null, b: Annotation | null): boolean =>
  a === null || b === null ? a === b : textOf(a) === textOf(b)

/**
 * What of the entries on their way to an image counts on a state that is no longer stored. Changes of other objects stay on their way; those of contested
 * objects are taken out and answered as conflicts, unless both sides made the same of it.
 */
export function settleConflicts(
  stored: readonly Annotation[],
  pending: readonly Waiting[],
  expectedRev: (edit: Edit) => number,
): { readonly rest: Remains; readonly conflicts: readonly Conflict[] } {
  const now = new Map(stored.map((record) => [record.id, record]))
  const met = new Set<Id>()
  const contested = new Set<Id>()
  for (const edit of pending.flatMap((entry) => entry.edits)) {
    const id = editTarget(edit)
    // Later entries build on the first one of this page: only that one can meet somebody else's change.
    if (met.has(id)) continue
    met.add(id)
    if (edit.op !== 'create' && now.get(id)?.rev !== expectedRev(edit)) contested.add(id)
  }
  // What is said of the picture as a whole goes its way.
  const ofObjects = pending.filter(({ edits }) => edits.length > 0)
  const rest = new Map(ofObjects.map((entry) => [entry.entryId, entry.edits.filter((edit) => !contested.has(editTarget(edit)))]))
  const { itemId, home = null, itemName } = pending[0]!
  const conflicts = [...contested].flatMap((id): Conflict[] => {
    const theirs = now.get(id) ?? null
    const mine = versionOf(id, pending, theirs)
    return mine === undefined || sameContent(mine, theirs) ? [] : [{ id, itemId, home, itemName, mine, theirs }]
  })
  return { rest, conflicts }
}

/** What this page made of an object: the record its first gesture saw, with everything it did to it; undefined when that is not known. */
function versionOf(id: Id, pending: readonly Entry[], theirs: Annotation | null): Annotation | null | undefined {
  const began = pending.flatMap((entry) => entry.was ?? []).find((record) => record.id === id) ?? theirs
  const edits = pending.flatMap((entry) => entry.edits).filter((edit) => editTarget(edit) === id)
  if (!began) return edits.at(-1)?.op === 'delete' ? null : undefined
  const version = new Map([[id, began]])
  applyEdits(version, { itemId: began.itemId, edits })
  return version.get(id) ?? null
}

/** The edits that carry out a choice, on what is stored now, locked or not; none when that stays. */
export function resolve(
  { id, mine }: Pick<Conflict, 'id' | 'mine'>,
  choice: Choice,
  theirs: Annotation | null,
  newId: () => Id,
): readonly Edit[] {
  if (choice === 'theirs') return []
  if (mine === null) return theirs && choice === 'mine' ? [{ op: 'delete', id, rev: theirs.rev, evenLocked: true }] : []
  const annotation = newAnnotationSchema.parse(mine)
  if (choice === 'both' && theirs) return [{ op: 'create', annotation: { ...annotation, id: newId() } }]
  if (!theirs) return [{ op: 'create', annotation }]
  // What this version has not (a group, a lock) is said as well: what is absent would stay as it is stored.
  const patch = { ...annotationPatchSchema.parse(mine), groupId: mine.groupId ?? null, locked: mine.locked ?? false }
  return [{ op: 'update', id, rev: theirs.rev, patch, evenLocked: true }]
}
