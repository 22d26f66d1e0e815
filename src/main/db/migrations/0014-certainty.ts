import type { Migration } from './migration.ts'

/** How sure a model was of each picture as a whole: the mean probability of the class it saw in each pixel. The newest look counts. */
export const certainty: Migration = {
  version: 14,
  name: 'certainty',
  sql: `
CREATE TABLE item_certainty (
  item_id TEXT PRIMARY KEY REFERENCES item ON DELETE CASCADE,
  dataset_id TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
  score REAL NOT NULL CHECK (score >= 0 AND score <= 1),
  model_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX item_certainty_by_score ON item_certainty (dataset_id, score);
`,
}
