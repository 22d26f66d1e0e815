import type { Migration } from './migration.ts'

const tables = `
CREATE TABLE project (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL) STRICT;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE dataset (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  root_path TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('importing', 'ready', 'removed')),
  batch_id TEXT NOT NULL,
  dialect TEXT,
  items INTEGER NOT NULL DEFAULT 0,
  annotations INTEGER NOT NULL DEFAULT 0,
  todo INTEGER NOT NULL DEFAULT 0,
  in_progress INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  created_at REAL NOT NULL
) STRICT;

CREATE TABLE class (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
  name TEXT NOT NULL,
  source_name TEXT,
  mask_index INTEGER,
  color TEXT NOT NULL,
  position INTEGER NOT NULL,
  annotation_count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (dataset_id, name)
) STRICT;
CREATE UNIQUE INDEX class_by_mask_index ON class (dataset_id, mask_index) WHERE mask_index IS NOT NULL;

CREATE TABLE split (
  id INTEGER PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
  name TEXT NOT NULL,
  items INTEGER NOT NULL DEFAULT 0,
  UNIQUE (dataset_id, name)
) STRICT;

CREATE TABLE item (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
  name TEXT NOT NULL,
  rel_path TEXT NOT NULL,
  position INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  orientation INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'todo' CHECK (status IN ('todo', 'inProgress', 'done')),
  annotation_count INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 1,
  UNIQUE (dataset_id, position)
) STRICT;
CREATE INDEX item_by_status ON item (dataset_id, status, position);

CREATE TABLE source_file (
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('image', 'xml', 'classMask', 'augMask', 'objectMask')),
  rel_path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (item_id, kind)
) STRICT, WITHOUT ROWID;

-- Position is copied from the item so that a filtered list is one index range in dataset order.
CREATE TABLE item_split (
  split_id INTEGER NOT NULL REFERENCES split ON DELETE CASCADE,
  position INTEGER NOT NULL,
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  PRIMARY KEY (split_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_split_by_item ON item_split (item_id);

CREATE TABLE item_class (
  class_id TEXT NOT NULL REFERENCES class ON DELETE CASCADE,
  position INTEGER NOT NULL,
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  annotations INTEGER NOT NULL,
  PRIMARY KEY (class_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_class_by_item ON item_class (item_id);

CREATE TABLE annotation (
  id TEXT PRIMARY KEY,
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  class_id TEXT REFERENCES class,
  region TEXT NOT NULL CHECK (region IN ('object', 'void')),
  kind TEXT NOT NULL,
  shape TEXT NOT NULL,
  attributes TEXT NOT NULL,
  provenance TEXT NOT NULL,
  z INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  source_kind TEXT,
  source_index INTEGER
) STRICT;
CREATE INDEX annotation_by_item ON annotation (item_id, z, id);
CREATE INDEX annotation_by_class ON annotation (class_id);

-- A deleted annotation's last revision, so that one brought back never repeats a number somebody saw.
CREATE TABLE tombstone (id TEXT PRIMARY KEY, rev INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE problem (
  id INTEGER PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
  file TEXT NOT NULL,
  line INTEGER,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  severity TEXT NOT NULL
) STRICT;
CREATE INDEX problem_by_dataset ON problem (dataset_id);

-- Append-only; forward and inverse are lists of whole records (null: absent). No foreign keys: history outlives what it tells of.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'import', 'remove', 'restore', 'status', 'class')),
  client TEXT NOT NULL,
  command TEXT NOT NULL,
  dataset_id TEXT,
  item_id TEXT,
  item_rev INTEGER,
  target_seq INTEGER,
  changes INTEGER NOT NULL,
  forward TEXT NOT NULL,
  inverse TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;
CREATE INDEX journal_by_item ON journal (item_id, seq);

-- Where each edit stands on its client's undo and redo stacks.
CREATE TABLE journal_state (
  seq INTEGER PRIMARY KEY REFERENCES journal,
  client TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'cleared'))
) STRICT;
CREATE INDEX journal_state_by_client ON journal_state (client, state, seq);
`

const triggers = `
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER item_added AFTER INSERT ON item BEGIN
  UPDATE dataset SET items = items + 1,
    todo = todo + (new.status = 'todo'), in_progress = in_progress + (new.status = 'inProgress'), done = done + (new.status = 'done')
  WHERE id = new.dataset_id;
END;
CREATE TRIGGER item_removed AFTER DELETE ON item BEGIN
  UPDATE dataset SET items = items - 1,
    todo = todo - (old.status = 'todo'), in_progress = in_progress - (old.status = 'inProgress'), done = done - (old.status = 'done')
  WHERE id = old.dataset_id;
END;
CREATE TRIGGER item_status AFTER UPDATE OF status ON item WHEN old.status <> new.status BEGIN
  UPDATE dataset SET
    todo = todo + (new.status = 'todo') - (old.status = 'todo'),
    in_progress = in_progress + (new.status = 'inProgress') - (old.status = 'inProgress'),
    done = done + (new.status = 'done') - (old.status = 'done')
  WHERE id = new.dataset_id;
END;

CREATE TRIGGER item_split_added AFTER INSERT ON item_split BEGIN UPDATE split SET items = items + 1 WHERE id = new.split_id; END;
CREATE TRIGGER item_split_removed AFTER DELETE ON item_split BEGIN UPDATE split SET items = items - 1 WHERE id = old.split_id; END;

CREATE TRIGGER annotation_added AFTER INSERT ON annotation BEGIN
  UPDATE item SET annotation_count = annotation_count + 1 WHERE id = new.item_id;
  UPDATE dataset SET annotations = annotations + 1 WHERE id = (SELECT dataset_id FROM item WHERE id = new.item_id);
END;
CREATE TRIGGER annotation_added_class AFTER INSERT ON annotation WHEN new.class_id IS NOT NULL BEGIN
  UPDATE class SET annotation_count = annotation_count + 1 WHERE id = new.class_id;
  INSERT INTO item_class (class_id, position, item_id, annotations)
    SELECT new.class_id, position, id, 1 FROM item WHERE id = new.item_id
    ON CONFLICT (class_id, position) DO UPDATE SET annotations = annotations + 1;
END;
CREATE TRIGGER annotation_removed AFTER DELETE ON annotation BEGIN
  UPDATE item SET annotation_count = annotation_count - 1 WHERE id = old.item_id;
  UPDATE dataset SET annotations = annotations - 1 WHERE id = (SELECT dataset_id FROM item WHERE id = old.item_id);
END;
CREATE TRIGGER annotation_removed_class AFTER DELETE ON annotation WHEN old.class_id IS NOT NULL BEGIN
  UPDATE class SET annotation_count = annotation_count - 1 WHERE id = old.class_id;
  UPDATE item_class SET annotations = annotations - 1 WHERE class_id = old.class_id AND position = (SELECT position FROM item WHERE id = old.item_id);
  DELETE FROM item_class WHERE class_id = old.class_id AND position = (SELECT position FROM item WHERE id = old.item_id) AND annotations <= 0;
END;
CREATE TRIGGER annotation_reclassified AFTER UPDATE OF class_id ON annotation WHEN old.class_id IS NOT new.class_id BEGIN
  UPDATE class SET annotation_count = annotation_count - 1 WHERE id = old.class_id;
  UPDATE item_class SET annotations = annotations - 1 WHERE class_id = old.class_id AND position = (SELECT position FROM item WHERE id = old.item_id);
  DELETE FROM item_class WHERE class_id = old.class_id AND position = (SELECT position FROM item WHERE id = old.item_id) AND annotations <= 0;
  UPDATE class SET annotation_count = annotation_count + 1 WHERE id = new.class_id;
  INSERT INTO item_class (class_id, position, item_id, annotations)
    SELECT new.class_id, position, id, 1 FROM item WHERE id = new.item_id AND new.class_id IS NOT NULL
    ON CONFLICT (class_id, position) DO UPDATE SET annotations = annotations + 1;
END;
`

/** Projects, datasets, items, annotations and the journal. */
export const core: Migration = { version: 1, name: 'core', sql: tables + triggers }
