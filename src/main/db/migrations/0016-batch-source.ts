import type { Migration } from './migration.ts'

/** From which picture a job copied into others; all else about the job is in the journal, under clients that begin with its id. */
export const batchSource: Migration = {
  version: 16,
  name: 'batch source',
  sql: `
CREATE TABLE batch_source (
  batch_id TEXT PRIMARY KEY,
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_source_by_item ON batch_source (item_id, batch_id);
`,
}
