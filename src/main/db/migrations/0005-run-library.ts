import type { Migration } from './migration.ts'

/** What a user keeps of a run besides its numbers: tags, notes, its place in the queue, and whether it lies in the trash. */
export const runLibrary: Migration = {
  version: 5,
  name: 'run library',
  sql: `
ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE run ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN queued_at REAL;
ALTER TABLE run ADD COLUMN trashed_at REAL;
`,
}
