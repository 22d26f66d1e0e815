import { randomBytes } from 'node:crypto'
import { uuidv7 } from '../../shared/model/ids.ts'
import { run, statement, type Database } from './connection.ts'

export interface JournalEntry {
  entryId?: string
  kind: 'edit' | 'undo' | 'redo' | 'import' | 'remove' | 'restore' | 'status' | 'class' | 'item'
  client: string
  command: string
  /** The person, as the studio knew them. */
  who?: string | null
  datasetId?: string | null
  itemId?: string | null
  itemRev?: number | null
  /** For undo and redo: the entry it takes back or brings back. */
  targetSeq?: number | null
  forward: readonly unknown[]
  inverse: readonly unknown[]
}

export function newId(): string {
  return uuidv7(Date.now(), randomBytes(10))
}

/** Appends one entry inside the caller's transaction; answers with its number, time and id. */
export function appendJournal(db: Database, entry: JournalEntry): { seq: number; at: number; entryId: string } {
  const at = Date.now()
  const entryId = entry.entryId ?? newId()
  const { lastInsertRowid } = statement(
    db,
    `INSERT INTO journal (entry_id, kind, client, command, dataset_id, item_id, item_rev, target_seq, changes, forward, inverse, at, who)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    entryId,
    entry.kind,
    entry.client,
    entry.command,
    entry.datasetId ?? null,
    entry.itemId ?? null,
    entry.itemRev ?? null,
    entry.targetSeq ?? null,
    entry.forward.length,
    JSON.stringify(entry.forward),
    JSON.stringify(entry.inverse),
    at,
    entry.who ?? null,
  )
  return { seq: Number(lastInsertRowid), at, entryId }
}

/** A new edit: it can be undone, and what this client had undone can no longer be redone. */
export function pushUndo(db: Database, seq: number, client: string): void {
  run(db, "UPDATE journal_state SET state = 'cleared' WHERE client = ? AND state = 'undone'", [client])
  run(db, "INSERT INTO journal_state (seq, client, state) VALUES (?, ?, 'done')", [seq, client])
}
