import type { Migration } from './migration.ts'

/** Objects that belong together, and objects that are not to be changed. */
export const groups: Migration = {
  version: 11,
  name: 'groups and locks',
  sql: `
ALTER TABLE annotation ADD COLUMN group_id TEXT;
ALTER TABLE annotation ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
`,
}
