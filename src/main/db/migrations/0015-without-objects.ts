import type { Migration } from './migration.ts'

/** Pictures without objects, which are found and counted at once in any dataset. */
export const withoutObjects: Migration = {
  version: 15,
  name: 'without-objects',
  sql: `
CREATE INDEX item_without_objects ON item (dataset_id, position) WHERE annotation_count = 0 AND aside IS NULL;
`,
}
