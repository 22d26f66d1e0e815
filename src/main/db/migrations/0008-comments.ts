import type { Migration } from './migration.ts'

/** Comments pinned to pictures; what happened to each is kept in entries that are only ever added to. */
export const comments: Migration = {
  version: 8,
  name: 'comments',
  sql: `
-- No foreign key to the annotation: a comment outlives the object it was pinned to. Without x and y it is about the whole picture.
CREATE TABLE comment (
  id TEXT PRIMARY KEY,
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  annotation_id TEXT,
  x REAL,
  y REAL,
  resolved INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX comment_by_item ON comment (item_id, id);
CREATE TABLE comment_entry (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL UNIQUE,
  comment_id TEXT NOT NULL REFERENCES comment ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('text', 'resolve', 'reopen', 'delete', 'restore')),
  text TEXT NOT NULL,
  who TEXT,
  at REAL NOT NULL
) STRICT;
CREATE INDEX comment_entry_by_comment ON comment_entry (comment_id, seq);
ALTER TABLE item ADD COLUMN open_comments INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_by_open_comments ON item (dataset_id, position) WHERE open_comments > 0;
CREATE TRIGGER comment_entry_no_update BEFORE UPDATE ON comment_entry BEGIN SELECT RAISE(ABORT, 'what was said stays'); END;
CREATE TRIGGER comment_added AFTER INSERT ON comment BEGIN
  UPDATE item SET open_comments = open_comments + (new.resolved = 0 AND new.deleted = 0) WHERE id = new.item_id;
END;
CREATE TRIGGER comment_changed AFTER UPDATE OF resolved, deleted ON comment BEGIN
  UPDATE item SET open_comments = open_comments + (new.resolved = 0 AND new.deleted = 0) - (old.resolved = 0 AND old.deleted = 0)
  WHERE id = new.item_id;
END;
`,
}
