import { AppError } from '../../../shared/errors.ts'
import type { Annotation, EditResult } from '../../../shared/model/annotation.ts'
import type { DeletedAnnotation } from '../../../shared/model/history.ts'
import { all, each, one, transaction, type Database } from '../connection.ts'
import { canonicalJson } from '../contentDigest.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { annotationsOf, findAnnotation, requireItemRow, toAnnotation, type AnnotationImage } from './annotationRows.ts'
import { appendEntry, changesOf, checkContent, resultOf, undoState, writeChange, type Change } from './annotations.ts'
import { journalSql, type EntryRow } from './journalSql.ts'

export const restoringSql = {
  after: 'SELECT seq, forward, inverse FROM journal INDEXED BY journal_by_item WHERE item_id = ? AND seq > ? ORDER BY seq',
  entry: 'SELECT forward, inverse FROM journal WHERE seq = ? AND item_id = ?',
  deletedOfItem: deleted('t.item_id = ?'),
  deletedOfDataset: deleted('t.dataset_id = ?'),
  countOfItem: 'SELECT count(*) AS n FROM tombstone WHERE item_id = ? AND seq IS NOT NULL',
  countOfDataset: 'SELECT count(*) AS n FROM tombstone WHERE dataset_id = ? AND seq IS NOT NULL',
} as const

function deleted(where: string): string {
  return `SELECT t.id, t.rev, t.seq, t.item_id AS itemId, i.name AS itemName, i.width, i.height, j.at, j.client, j.who, j.kind, j.command
    FROM tombstone t JOIN journal j ON j.seq = t.seq JOIN item i ON i.id = t.item_id WHERE ${where} ORDER BY t.seq DESC LIMIT ? OFFSET ?`
}

type Images = Pick<EntryRow, 'forward' | 'inverse'>

/**
 * Objects of an image that entries after a point of time changed, as they were right then; null: not there. `since` is that point, of all of them
 * (a number) or of some, one each. The journal is read once, entry by entry: it can be longer than memory.
 */
function changedSince(db: Database, itemId: string, since: number | ReadonlyMap<string, number>): Map<string, AnnotationImage | null> {
  const then = new Map<string, AnnotationImage | null>()
  const earliest = typeof since === 'number' ? since : [...since.values()].reduce((a, b) => Math.min(a, b))
  for (const row of each<Images & { seq: number }>(db, restoringSql.after, [itemId, earliest])) {
    for (const { before, after } of changesOf(row)) {
      const id = (before ?? after)!.id
      const from = typeof since === 'number' ? since : (since.get(id) ?? Infinity)
      if (row.seq > from && !then.has(id)) then.set(id, before)
    }
  }
  return then
}

function stateAt(db: Database, { itemId, seq }: OperationInput<'annotations.at'>): OperationOutput<'annotations.at'> {
  requireItemRow(db, itemId)
  const now = new Map(annotationsOf(db, itemId).map((record) => [record.id, record]))
  for (const [id, image] of changedSince(db, itemId, seq)) {
    if (image === null) now.delete(id)
    else now.set(id, toAnnotation(image, now.get(id)?.rev ?? 1))
  }
  const entry = one<Images>(db, restoringSql.entry, [seq, itemId])
  const record = (image: AnnotationImage | null): Annotation | null => image && toAnnotation(image, 1)
  const shapes = entry ? changesOf(entry).map(({ before, after }) => ({ before: record(before), after: record(after) })) : []
  return { annotations: [...now.values()].sort((a, b) => a.z - b.z || (a.id < b.id ? -1 : 1)), shapes }
}

/** What must change so that the objects are as they were; those that are so already are left alone. */
function wayBack(db: Database, itemId: string, point: OperationInput<'annotations.restore'>['point']): Change[] {
  const since = point.kind === 'state' ? point.seq : new Map(point.shapes.map(({ id, seq }) => [id, seq]))
  const then = changedSince(db, itemId, since)
  return [...then].flatMap(([id, after]) => {
    const before = findAnnotation(db, id)?.image ?? null
    if (before && before.itemId !== itemId)
      throw new AppError('annotation/invalid', `annotation ${id} is on another item now`, { id, why: 'exists' })
    return canonicalJson(before) === canonicalJson(after) ? [] : [{ before, after }]
  })
}

/** Apart from the lock itself and the place in the order, which others change. */
const free = (image: AnnotationImage): string => canonicalJson({ ...image, z: 0, locked: false })

const mostNamed = 50

function refuseIfLocked(changes: readonly Change[]): void {
  const held = changes.filter(({ before, after }) => before?.locked === true && (after === null || free(before) !== free(after)))
  if (held.length === 0) return
  const ids = held.slice(0, mostNamed).map(({ before }) => before!.id)
  const message = `${held.length} locked objects would change: ${ids.join(', ')}`
  throw new AppError('annotation/locked', message, { id: ids[0]!, ids: ids.join(' '), count: held.length })
}

/** Writes an earlier state as a new entry; history itself stays as it is. */
function restore(db: Database, input: OperationInput<'annotations.restore'>): EditResult {
  return transaction(db, () => {
    const repeated = one<EntryRow>(db, journalSql.byEntry, [input.entryId])
    if (repeated) return resultOf(db, repeated, input.client)
    const item = requireItemRow(db, input.itemId)
    const command = input.point.kind === 'state' ? 'restoreState' : 'restoreShapes'
    const changes = wayBack(db, input.itemId, input.point)
    if (changes.length === 0) {
      const { entryId, itemId } = input
      return { entryId, itemId, command, changed: [], deleted: [], itemRev: item.rev, savedAt: Date.now(), ...undoState(db, input.client) }
    }
    if (!input.unlock) refuseIfLocked(changes)
    const changed = changes.flatMap((change) => {
      if (change.after) checkContent(db, item, change.after)
      return writeChange(db, change) ?? []
    })
    return appendEntry(db, { ...input, command }, item, changes, changed)
  })
}

type DeletedRow = Omit<DeletedAnnotation, 'annotation'> & { rev: number }

function deletedList(
  db: Database,
  { scope, id, offset, limit }: OperationInput<'annotations.deleted'>,
): OperationOutput<'annotations.deleted'> {
  const ofItem = scope === 'item'
  const rows = all<DeletedRow>(db, ofItem ? restoringSql.deletedOfItem : restoringSql.deletedOfDataset, [id, limit, offset])
  const total = one<{ n: number }>(db, ofItem ? restoringSql.countOfItem : restoringSql.countOfDataset, [id])!.n
  // One entry can have deleted thousands: it is read once, not for each of them.
  const images = new Map<string, AnnotationImage>()
  const wanted = new Set(rows.map((row) => row.id))
  for (const [seq, itemId] of new Map(rows.map((row) => [row.seq, row.itemId])))
    for (const { before } of changesOf(one<Images>(db, restoringSql.entry, [seq, itemId])!))
      if (before && wanted.has(before.id)) images.set(`${seq} ${before.id}`, before)
  const list = rows.flatMap(({ rev, ...row }): DeletedAnnotation[] => {
    const image = images.get(`${row.seq} ${row.id}`)
    return image ? [{ ...row, annotation: toAnnotation(image, rev) }] : []
  })
  return { total, deleted: list }
}

/** Reads of the past can be long: they have the thread of the curves. */
export const pastReads = { 'annotations.at': stateAt, 'annotations.deleted': deletedList }
export const restoringWrites = { 'annotations.restore': restore }
