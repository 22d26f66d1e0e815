import type { Migration } from './migration.ts'

/**
 * Tags of whole pictures and the texts that ask for regions of them. Neither is part of an item's digest: no training reads them yet, and an export
 * that cannot write them must not take the files for changed. The journal knows one more kind of entry; its CHECK is made anew beside the old one.
 */
export const itemFacts: Migration = {
  version: 12,
  name: 'item facts',
  sql: `
ALTER TABLE item ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE item ADD COLUMN instructions TEXT NOT NULL DEFAULT '{"texts":[],"isSentence":true}';
-- Every tag that was ever used: the list to choose from.
CREATE TABLE tag (
  dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
  name TEXT NOT NULL,
  items INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (dataset_id, name)
) STRICT, WITHOUT ROWID;
-- Position is copied from the item so that a filtered list is one index range in dataset order.
CREATE TABLE item_tag (
  dataset_id TEXT NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  PRIMARY KEY (dataset_id, name, position),
  FOREIGN KEY (dataset_id, name) REFERENCES tag
) STRICT, WITHOUT ROWID;
CREATE INDEX item_tag_by_item ON item_tag (item_id);
CREATE TRIGGER item_tag_added AFTER INSERT ON item_tag BEGIN
  UPDATE tag SET items = items + 1 WHERE dataset_id = new.dataset_id AND name = new.name;
END;
CREATE TRIGGER item_tag_removed AFTER DELETE ON item_tag BEGIN
  UPDATE tag SET items = items - 1 WHERE dataset_id = old.dataset_id AND name = old.name;
END;
DROP TRIGGER journal_no_update;
ALTER TABLE journal ADD COLUMN sort TEXT NOT NULL DEFAULT 'edit'
  CHECK (sort IN ('edit', 'undo', 'redo', 'import', 'remove', 'restore', 'status', 'class', 'item'));
UPDATE journal SET sort = kind;
ALTER TABLE journal DROP COLUMN kind;
ALTER TABLE journal RENAME COLUMN sort TO kind;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`,
}
