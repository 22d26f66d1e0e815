import type { Migration } from './migration.ts'

/** Training runs, their curves and tables, and exported models. */
export const runs: Migration = {
  version: 2,
  name: 'runs',
  sql: `
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  task_id TEXT NOT NULL,
  dataset_id TEXT NOT NULL,
  snapshot_hash TEXT NOT NULL,
  status TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  total_steps INTEGER NOT NULL,
  epoch REAL NOT NULL DEFAULT 0,
  total_epochs REAL NOT NULL,
  device TEXT,
  primary_metric TEXT,
  left_seconds REAL,
  error TEXT,
  config TEXT NOT NULL,
  created_at REAL NOT NULL,
  started_at REAL,
  ended_at REAL
) STRICT;

CREATE TABLE run_attempt (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  from_step INTEGER NOT NULL,
  started_at REAL NOT NULL,
  PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  split TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (run_id, split, name)
) STRICT;

CREATE TABLE metric (
  series_id INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
  step INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  epoch REAL NOT NULL,
  -- null stands for a value that is not a number; infinities are kept.
  value REAL,
  wall REAL NOT NULL,
  PRIMARY KEY (series_id, step, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE class_table (
  run_id TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
  step INTEGER NOT NULL,
  split TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (run_id, step, split, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE model (
  id TEXT PRIMARY KEY,
  run_id TEXT,
  content TEXT NOT NULL,
  created_at REAL NOT NULL
) STRICT;
CREATE INDEX model_by_time ON model (created_at);
`,
}
