import type { Migration } from './migration.ts'

/** What was decided about what other sources propose for a picture: rejected (no annotation), or accepted as an annotation. */
export const verdicts: Migration = {
  version: 18,
  name: 'verdicts',
  sql: `
CREATE TABLE verdict (
  item_id TEXT NOT NULL REFERENCES item ON DELETE CASCADE,
  key TEXT NOT NULL,
  annotation_id TEXT,
  PRIMARY KEY (item_id, key)
) STRICT, WITHOUT ROWID;
`,
}
