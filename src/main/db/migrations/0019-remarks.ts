import type { Migration } from './migration.ts'

/** What the sentences about a file are made of, so that a page tells them in its own language; problems from before have their English words only. */
export const remarks: Migration = {
  version: 19,
  name: 'remarks',
  sql: `
ALTER TABLE problem ADD COLUMN remark TEXT;
ALTER TABLE problem ADD COLUMN facts TEXT;
`,
}
