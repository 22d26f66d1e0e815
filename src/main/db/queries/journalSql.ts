/** A row of the journal. */
export interface EntryRow {
  seq: number
  entry_id: string
  kind: string
  command: string
  item_id: string
  item_rev: number
  forward: string
  inverse: string
  at: number
}

/** Entries of a removed dataset, and of a picture that was set aside, wait until it is back. */
function onStack(state: 'done' | 'undone', order: 'ASC' | 'DESC'): string {
  return `SELECT s.seq FROM journal_state s JOIN journal j ON j.seq = s.seq JOIN dataset d ON d.id = j.dataset_id AND d.state = 'ready'
    LEFT JOIN item i ON i.id = j.item_id WHERE s.client = ? AND s.state = '${state}' AND i.aside IS NULL ORDER BY s.seq ${order} LIMIT 1`
}

export const journalSql = {
  newestDone: onStack('done', 'DESC'),
  oldestUndone: onStack('undone', 'ASC'),
  onStackOf: 'SELECT j.seq FROM journal j JOIN journal_state s ON s.seq = j.seq WHERE j.entry_id = ? AND s.client = ?',
  batch: "SELECT DISTINCT client FROM journal_state WHERE client >= ? AND client < ? AND state = 'done'",
  /** Of somebody else, as far as there is one: what the same client did and took back since is no news to it. */
  overtaker: `SELECT client, command, who FROM journal INDEXED BY journal_by_item
    WHERE item_id = ? AND seq > ? AND kind IN ('edit', 'undo', 'redo') AND instr(forward, ?) > 0 ORDER BY client = ?, seq DESC LIMIT 1`,
  burial: 'SELECT j.forward, j.inverse FROM tombstone t JOIN journal j ON j.seq = t.seq WHERE t.id = ?',
  byEntry: 'SELECT * FROM journal WHERE entry_id = ?',
  ofItem: `SELECT j.seq, j.entry_id AS entryId, j.kind, j.client, j.who, j.command, j.at, coalesce(s.state <> 'done', 0) AS undone, j.changes
    FROM journal j INDEXED BY journal_by_item LEFT JOIN journal_state s ON s.seq = j.seq WHERE j.item_id = ? AND j.seq < ? AND j.kind IN ('edit', 'undo', 'redo', 'item', 'status') ORDER BY j.seq DESC LIMIT ?`,
} as const
