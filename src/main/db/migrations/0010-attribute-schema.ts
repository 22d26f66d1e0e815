import type { Migration } from './migration.ts'

/** The attributes a user defines for the objects of a dataset, for all classes or for one; values already there are never touched by it. */
export const attributeSchema: Migration = {
  version: 10,
  name: 'attribute schema',
  sql: `
ALTER TABLE dataset ADD COLUMN attributes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE class ADD COLUMN attributes TEXT NOT NULL DEFAULT '[]';
`,
}
