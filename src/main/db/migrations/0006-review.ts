import type { Migration } from './migration.ts'

interface Row {
  at: number
  forward: string
}

const counted = ['todo', 'inProgress', 'done', 'reviewed', 'rejected'] as const
const columnOf = { todo: 'todo', inProgress: 'in_progress', done: 'done', reviewed: 'reviewed', rejected: 'rejected' } as const

/** `column = column <sign> (<row>.status = '<state>')` for every state and every row named. */
const counts = (...rows: readonly (readonly ['+' | '-', 'new' | 'old'])[]): string =>
  counted
    .map((state) => `${columnOf[state]} = ${columnOf[state]}${rows.map(([sign, row]) => ` ${sign} (${row}.status = '${state}')`).join('')}`)
    .join(', ')

/**
 * Reviewed and rejected pictures; who set a state, when and why. A CHECK cannot be altered, and a table that others refer to is not rebuilt under
 * foreign keys, so the column is made anew beside the old one.
 */
export const review: Migration = {
  version: 6,
  name: 'review',
  sql: `
DROP TRIGGER item_added;
DROP TRIGGER item_removed;
DROP TRIGGER item_status;
DROP INDEX item_by_status;
ALTER TABLE item ADD COLUMN state TEXT NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'inProgress', 'done', 'reviewed', 'rejected'));
UPDATE item SET state = status;
ALTER TABLE item DROP COLUMN status;
ALTER TABLE item RENAME COLUMN state TO status;
ALTER TABLE item ADD COLUMN status_by TEXT;
ALTER TABLE item ADD COLUMN status_at REAL;
ALTER TABLE item ADD COLUMN status_note TEXT NOT NULL DEFAULT '';
-- A review that an edit took away, with the digest it stood for; undo brings it back.
ALTER TABLE item ADD COLUMN status_kept TEXT;
CREATE INDEX item_by_status ON item (dataset_id, status, position);
ALTER TABLE dataset ADD COLUMN reviewed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dataset ADD COLUMN rejected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN who TEXT;
CREATE INDEX journal_by_dataset ON journal (dataset_id, at);
CREATE TRIGGER item_added AFTER INSERT ON item BEGIN
  UPDATE dataset SET items = items + 1, ${counts(['+', 'new'])} WHERE id = new.dataset_id;
END;
CREATE TRIGGER item_removed AFTER DELETE ON item BEGIN
  UPDATE dataset SET items = items - 1, ${counts(['-', 'old'])} WHERE id = old.dataset_id;
END;
CREATE TRIGGER item_status AFTER UPDATE OF status ON item WHEN old.status <> new.status BEGIN
  UPDATE dataset SET ${counts(['+', 'new'], ['-', 'old'])} WHERE id = new.dataset_id;
END;
`,
  /** The journal knows when the states of old were set. */
  fill(db) {
    const set = db.prepare('UPDATE item SET status_at = ? WHERE id = ? AND status = ?')
    for (const { at, forward } of db.prepare("SELECT at, forward FROM journal WHERE kind = 'status' ORDER BY seq").all() as Row[])
      for (const { id, status } of JSON.parse(forward) as { id: string; status: string }[]) set.run(at, id, status)
  },
}
