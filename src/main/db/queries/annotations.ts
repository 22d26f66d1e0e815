import { AppError, type ErrorData } from '../../../shared/errors.ts'
import { isCompleteMask, isSoundMask } from '../../../shared/geometry/rle.ts'
import { isHeldBy, withPatch, type Annotation, type Edit, type EditResult } from '../../../shared/model/annotation.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import { annotationDigest, refreshItemDigest } from '../contentDigest.ts'
import { appendJournal, pushUndo } from '../journalRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import {
  annotationsOf,
  deleteAnnotation,
  findAnnotation,
  insertAnnotation,
  requireItemRow,
  toAnnotation,
  updateAnnotation,
  type AnnotationImage,
} from './annotationRows.ts'
import { checkAttributes } from './attributeBounds.ts'
import { travelFacts, type FactsImage } from './itemFacts.ts'
import { followContent, travelStatus, type StatusImage } from './itemStatus.ts'
import { journalSql, type EntryRow } from './journalSql.ts'

/** One object before and after an entry; null: absent. */
export interface Change {
  before: AnnotationImage | null
  after: AnnotationImage | null
}

export function undoState(db: Database, client: string): { canUndo: boolean; canRedo: boolean } {
  return {
    canUndo: one(db, journalSql.newestDone, [client]) !== undefined,
    canRedo: one(db, journalSql.oldestUndone, [client]) !== undefined,
  }
}

/** Carries out the edits of one gesture as one transaction with its inverse; a repeated `entryId` answers as it did the first time. */
export function applyEdits(db: Database, input: OperationInput<'annotations.apply'>): EditResult {
  return transaction(db, () => {
    const repeated = one<EntryRow>(db, journalSql.byEntry, [input.entryId])
    if (repeated) return resultOf(db, repeated, input.client)
    const item = requireItemRow(db, input.itemId)
    const changed = new Map<string, Annotation>()
    const changes = new Map<string, Change>()
    for (const edit of input.edits) {
      const change = planEdit(db, input.itemId, item, edit)
      const id = (change.after ?? change.before)!.id
      const earlier = changes.get(id)
      changes.set(id, { before: earlier ? earlier.before : change.before, after: change.after })
      const written = writeChange(db, change)
      if (written) changed.set(id, written)
      else changed.delete(id)
    }
    return appendEntry(db, input, item, [...changes.values()], [...changed.values()])
  })
}

type EntryInput = Omit<OperationInput<'annotations.apply'>, 'edits'>

/** Changes that were written become one entry of the journal, which its client can undo. */
export function appendEntry(
  db: Database,
  input: EntryInput,
  item: ReturnType<typeof requireItemRow>,
  changes: readonly Change[],
  changed: Annotation[],
): EditResult {
  const itemRev = touchItem(db, input.itemId, item.rev, true, input.who)
  const list = changes.filter((change) => change.before !== null || change.after !== null)
  const { seq, at } = appendJournal(db, {
    entryId: input.entryId,
    kind: 'edit',
    client: input.client,
    command: input.command,
    who: input.who ?? null,
    datasetId: item.datasetId,
    itemId: input.itemId,
    itemRev,
    forward: list.map((change) => change.after ?? { id: change.before!.id, deleted: true }),
    inverse: list.map((change) => change.before ?? { id: change.after!.id, deleted: true }),
  })
  pushUndo(db, seq, input.client)
  bury(db, seq, item.datasetId, input.itemId, list)
  const deleted = list.flatMap((change) => (change.after === null ? [change.before!.id] : []))
  return {
    entryId: input.entryId,
    itemId: input.itemId,
    command: input.command,
    changed,
    deleted,
    itemRev,
    savedAt: at,
    ...undoState(db, input.client),
  }
}

/** Notes by which entry objects were deleted, so that they are found in the trash. */
function bury(db: Database, seq: number, datasetId: string, itemId: string, changes: readonly Change[]): void {
  for (const { before, after } of changes) {
    if (before && !after)
      run(db, 'UPDATE tombstone SET seq = ?, dataset_id = ?, item_id = ? WHERE id = ?', [seq, datasetId, itemId, before.id])
  }
}

type ItemFacts = { datasetId: string; width: number; height: number }

function planEdit(db: Database, itemId: string, item: ItemFacts, edit: Edit): Change {
  if (edit.op === 'create') {
    if (findAnnotation(db, edit.annotation.id)) {
      throw new AppError('annotation/invalid', `annotation ${edit.annotation.id} exists already`, {
        id: edit.annotation.id,
        why: 'exists',
      })
    }
    // One that comes back stands for the same object of the source file.
    const buried = buriedImage(db, edit.annotation.id)
    const after: AnnotationImage = { ...edit.annotation, itemId, source: buried?.source ?? null }
    checkContent(db, item, after)
    checkNewShape(edit.annotation.id, after.shape)
    checkAttributes(db, item.datasetId, after, buried)
    return { before: null, after }
  }
  const current = findAnnotation(db, edit.id)
  if (!current || current.image.itemId !== itemId) {
    const buried = one<{ rev: number }>(db, 'SELECT rev FROM tombstone WHERE id = ?', [edit.id])
    if (buried)
      throw new AppError('annotation/conflict', `annotation ${edit.id} was deleted meanwhile`, {
        id: edit.id,
        rev: buried.rev,
        deleted: true,
      })
    throw new AppError('annotation/not-found', `the item has no annotation ${edit.id}`, { id: edit.id })
  }
  if (current.rev !== edit.rev) {
    throw new AppError('annotation/conflict', `annotation ${edit.id} has revision ${current.rev}, not ${edit.rev}`, {
      id: edit.id,
      rev: current.rev,
    })
  }
  if (isHeldBy(current.image, edit)) throw new AppError('annotation/locked', `annotation ${edit.id} is locked`, { id: edit.id })
  if (edit.op === 'delete') return { before: current.image, after: null }
  const after = withPatch(current.image, edit.patch)
  checkContent(db, item, after)
  if (edit.patch.shape) checkNewShape(edit.id, after.shape)
  if (edit.patch.attributes) checkAttributes(db, item.datasetId, after, current.image)
  return { before: current.image, after }
}

export function checkContent(db: Database, item: ItemFacts, image: AnnotationImage): void {
  if (image.classId !== null && !one(db, 'SELECT 1 FROM class WHERE id = ? AND dataset_id = ?', [image.classId, item.datasetId])) {
    throw new AppError('class/not-found', `the dataset has no class ${image.classId}`, { id: image.classId })
  }
  const reason = shapeFault(image.shape, item.width, item.height)
  if (reason) throw invalidShape(image.id, reason)
}

const invalidShape = (id: string, reason: string): AppError =>
  new AppError('annotation/invalid', `annotation ${id}: ${reason}`, { id, why: 'shape', reason })

/** What is stored already is taken as it is, for it must be possible to change and to restore it. */
function checkNewShape(id: string, shape: Shape): void {
  if (shape.kind === 'mask' && !isSoundMask(shape)) throw invalidShape(id, 'the mask has no pixels, or runs of none')
}

/** A mask must fill its window and lie in the picture; other shapes may reach over its edge. */
function shapeFault(shape: Shape, width: number, height: number): string | null {
  if (shape.kind !== 'mask') return null
  if (shape.x + shape.w > width || shape.y + shape.h > height) return 'the mask reaches outside the picture'
  return isCompleteMask(shape) ? null : 'the runs of the mask do not fill its window'
}

export function writeChange(db: Database, { before, after }: Change): Annotation | null {
  const id = (after ?? before)!.id
  if (after === null) {
    deleteAnnotation(db, id, findAnnotation(db, id)!.rev)
    return null
  }
  return before === null ? insertAnnotation(db, after) : updateAnnotation(db, after, findAnnotation(db, id)!.rev)
}

function touchItem(db: Database, itemId: string, rev: number, begin: boolean, who: string | undefined): number {
  run(db, 'UPDATE item SET rev = ? WHERE id = ?', [rev + 1, itemId])
  followContent(db, itemId, refreshItemDigest(db, itemId), begin, who || null)
  return rev + 1
}

/** A deleted annotation as it was last. */
function buriedImage(db: Database, id: string): AnnotationImage | null {
  const buried = one<Pick<EntryRow, 'forward' | 'inverse'>>(db, journalSql.burial, [id])
  return (buried && changesOf(buried).find(({ before }) => before?.id === id)?.before) ?? null
}

/** An object, that there was none, or what is said about a picture as a whole. */
type Stored = AnnotationImage | { id: string; deleted: true } | FactsImage | StatusImage
const present = (stored: Stored): AnnotationImage | null => ('shape' in stored ? stored : null)

/** What an entry did to objects. */
export function changesOf(entry: Pick<EntryRow, 'forward' | 'inverse'>): Change[] {
  const forward = JSON.parse(entry.forward) as Stored[]
  const inverse = JSON.parse(entry.inverse) as Stored[]
  const changes = forward.map((after, i) => ({ before: present(inverse[i]!), after: present(after) }))
  return changes.filter(({ before, after }) => before !== null || after !== null)
}

export function resultOf(db: Database, entry: EntryRow, client: string): EditResult {
  const changed: Annotation[] = []
  const deleted: string[] = []
  for (const { before, after } of changesOf(entry)) {
    const now = findAnnotation(db, (after ?? before)!.id)
    if (after === null) deleted.push(before!.id)
    else if (now) changed.push(toAnnotation(now.image, now.rev))
  }
  return {
    entryId: entry.entry_id,
    itemId: entry.item_id,
    command: entry.command,
    changed,
    deleted,
    itemRev: requireItemRow(db, entry.item_id).rev,
    savedAt: entry.at,
    ...undoState(db, client),
  }
}

/** Takes back the client's newest entry, or brings back the one it took back last; refused when an object of it is no longer as the entry left it. */
export function travel(db: Database, direction: 'undo' | 'redo', input: OperationInput<'annotations.undo'>): EditResult {
  const result = transaction(db, (): EditResult | AppError => {
    const target = one<{ seq: number }>(db, direction === 'undo' ? journalSql.newestDone : journalSql.oldestUndone, [input.client])
    if (!target) {
      if (direction === 'undo') throw new AppError('journal/nothing-to-undo', 'there is nothing to undo')
      throw new AppError('journal/nothing-to-redo', 'there is nothing to redo')
    }
    const entry = one<EntryRow>(db, 'SELECT * FROM journal WHERE seq = ?', [target.seq])!
    const item = requireItemRow(db, entry.item_id)
    if (entry.kind !== 'edit') return travelPicture(db, direction, input, entry, item)
    const changes = changesOf(entry).map(({ before, after }) =>
      direction === 'undo' ? { before: after, after: before } : { before, after },
    )
    for (const { before, after } of changes)
      refuseIfChanged(db, (before ?? after)!.id, before, entry, { itemName: item.name, client: input.client })
    const changed: Annotation[] = []
    const deleted: string[] = []
    for (const change of changes) {
      const written = writeChange(db, change)
      if (written) changed.push(written)
      else deleted.push(change.before!.id)
    }
    const itemRev = touchItem(db, entry.item_id, item.rev, false, input.who)
    const { seq, at } = appendTravel(db, direction, input, entry, { ...item, rev: itemRev })
    bury(db, seq, item.datasetId, entry.item_id, changes)
    return {
      entryId: input.entryId,
      itemId: entry.item_id,
      command: entry.command,
      changed,
      deleted,
      itemRev,
      savedAt: at,
      ...undoState(db, input.client),
    }
  })
  if (result instanceof AppError) throw result
  return result
}

function appendTravel(
  db: Database,
  direction: 'undo' | 'redo',
  input: OperationInput<'annotations.undo'>,
  entry: EntryRow,
  item: { datasetId: string; rev: number },
): { seq: number; at: number } {
  run(db, 'UPDATE journal_state SET state = ? WHERE seq = ?', [direction === 'undo' ? 'undone' : 'done', entry.seq])
  return appendJournal(db, {
    entryId: input.entryId,
    kind: direction,
    client: input.client,
    command: entry.command,
    who: input.who ?? null,
    datasetId: item.datasetId,
    itemId: entry.item_id,
    itemRev: item.rev,
    targetSeq: entry.seq,
    forward: JSON.parse(direction === 'undo' ? entry.inverse : entry.forward) as unknown[],
    inverse: JSON.parse(direction === 'undo' ? entry.forward : entry.inverse) as unknown[],
  })
}

/** As `travel` for an entry about the picture as a whole. One that others have overtaken is dropped, so that it holds up undo only once. */
function travelPicture(
  db: Database,
  direction: 'undo' | 'redo',
  input: OperationInput<'annotations.undo'>,
  entry: EntryRow,
  item: ReturnType<typeof requireItemRow>,
): EditResult | AppError {
  const [left, wanted] = direction === 'undo' ? [entry.forward, entry.inverse] : [entry.inverse, entry.forward]
  const only = <Image>(list: string): Image => (JSON.parse(list) as Image[])[0]!
  const done =
    entry.kind === 'status'
      ? travelStatus(db, only<StatusImage>(left), only<StatusImage>(wanted), input.who || null)
      : travelFacts(db, only<FactsImage>(left), only<FactsImage>(wanted))
  if (!done) {
    offStack(db, entry.seq)
    return changedSince(entry, item.name, entry.item_id)
  }
  const { at } = appendTravel(db, direction, input, entry, item)
  return pictureResult(db, input, entry.command, { itemId: entry.item_id, ...item }, at)
}

/** The answer to a gesture about the picture as a whole. */
export function pictureResult(
  db: Database,
  { entryId, client }: Pick<OperationInput<'annotations.undo'>, 'entryId' | 'client'>,
  command: string,
  { itemId, datasetId, rev }: { itemId: string; datasetId: string; rev: number },
  savedAt: number,
): EditResult {
  return { entryId, itemId, command, changed: [], deleted: [], itemRev: rev, savedAt, ...undoState(db, client), listedIn: datasetId }
}

function changedSince(entry: EntryRow, itemName: string, id: string, more: ErrorData = {}): AppError {
  return new AppError('journal/changed-since', `what '${entry.command}' changed on ${itemName} was changed since`, {
    command: entry.command,
    item: itemName,
    itemId: entry.item_id,
    id,
    ...more,
  })
}

/** An entry that nobody can take back or bring back any more; what it did stays, and is told as it stands. */
function offStack(db: Database, seq: number): void {
  run(db, "DELETE FROM journal_state WHERE seq = ? AND state = 'done'", [seq])
  run(db, "UPDATE journal_state SET state = 'cleared' WHERE seq = ?", [seq])
}

/** Lets go of an entry that is refused, so that those behind it can be reached; one that is not on the client's stack is left alone. */
function skip(db: Database, { client, entryId }: OperationInput<'annotations.skip'>): OperationOutput<'annotations.skip'> {
  return transaction(db, () => {
    const entry = one<{ seq: number }>(db, journalSql.onStackOf, [entryId, client])
    if (entry) offStack(db, entry.seq)
    return undoState(db, client)
  })
}

/** Compares content, not revisions: another client that put everything back as it was is no obstacle. */
function refuseIfChanged(
  db: Database,
  id: string,
  expected: AnnotationImage | null,
  entry: EntryRow,
  { itemName, client }: { itemName: string; client: string },
): void {
  const current = findAnnotation(db, id)
  const same = expected === null ? current === undefined : current !== undefined && current.digest === annotationDigest(expected)
  if (same) return
  const by = one<{ client: string; command: string; who: string | null }>(db, journalSql.overtaker, [
    entry.item_id,
    entry.seq,
    `"${id}"`,
    client,
  ])
  const overtaker: ErrorData = by ? { byClient: by.client, byCommand: by.command, byWho: by.who ?? '' } : {}
  throw changedSince(entry, itemName, id, { entryId: entry.entry_id, ...overtaker })
}

export const annotationReads = {
  'annotations.list': (db: Database, { itemId, client }: OperationInput<'annotations.list'>): OperationOutput<'annotations.list'> =>
    // One read transaction: the revision and the rows belong together.
    db.transaction(() => ({ itemRev: requireItemRow(db, itemId).rev, annotations: annotationsOf(db, itemId), ...undoState(db, client) }))(),
  'journal.batch': (db: Database, { prefix }: OperationInput<'journal.batch'>): OperationOutput<'journal.batch'> =>
    all<{ client: string }>(db, journalSql.batch, [prefix, `${prefix}\uffff`]).map(({ client }) => client),
  'journal.history': (db: Database, { itemId, before, limit }: OperationInput<'journal.history'>): OperationOutput<'journal.history'> =>
    all<Omit<OperationOutput<'journal.history'>[number], 'undone'> & { undone: number }>(db, journalSql.ofItem, [
      itemId,
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ]).map((row) => ({
      ...row,
      undone: row.undone === 1,
    })),
}

export const annotationWrites = {
  'annotations.apply': applyEdits,
  'annotations.undo': (db: Database, input: OperationInput<'annotations.undo'>) => travel(db, 'undo', input),
  'annotations.redo': (db: Database, input: OperationInput<'annotations.redo'>) => travel(db, 'redo', input),
  'annotations.skip': skip,
}
