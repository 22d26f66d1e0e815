import type { EditResult } from '../../../shared/model/annotation.ts'
import { pictureCommand } from '../../../shared/model/pictureChange.ts'
import { one, transaction, type Database } from '../connection.ts'
import { appendJournal, pushUndo } from '../journalRows.ts'
import type { OperationInput } from '../store.ts'
import { requireItemRow } from './annotationRows.ts'
import { pictureResult } from './annotations.ts'
import { changeFacts } from './itemFacts.ts'
import { changeStatus } from './itemStatus.ts'
import { journalSql, type EntryRow } from './journalSql.ts'

/** A gesture about the picture as a whole: an entry of its client, undone in its turn with those about objects. */
function describePicture(db: Database, { itemId, change, client, entryId, who }: OperationInput<'annotations.describe'>): EditResult {
  return transaction(db, () => {
    const command = pictureCommand(change)
    const item = { itemId, ...requireItemRow(db, itemId) }
    const repeated = one<EntryRow>(db, journalSql.byEntry, [entryId])
    if (repeated) return pictureResult(db, { entryId, client }, command, item, repeated.at)
    const signed = { by: who || null, at: Date.now() }
    const changed = change.kind === 'status' ? changeStatus(db, itemId, { ...change, ...signed }) : changeFacts(db, itemId, change)
    if (!changed) return pictureResult(db, { entryId, client }, command, item, signed.at)
    const kind = change.kind === 'status' ? 'status' : 'item'
    const [forward, inverse] = [[changed.after], [changed.before]]
    const { datasetId, rev: itemRev } = item
    const told = { kind, client, command, who: who || null } as const
    const { seq, at } = appendJournal(db, { entryId, ...told, datasetId, itemId, itemRev, forward, inverse })
    pushUndo(db, seq, client)
    return pictureResult(db, { entryId, client }, command, item, at)
  })
}

export const describingWrites = { 'annotations.describe': describePicture }
