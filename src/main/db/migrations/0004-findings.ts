import type { Migration } from './migration.ts'

/** What the health watch said of a run. */
export const findings: Migration = {
  version: 4,
  name: 'findings',
  sql: `
CREATE TABLE finding (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  step INTEGER NOT NULL,
  key TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (run_id, attempt, step, key)
) STRICT, WITHOUT ROWID;
`,
}
