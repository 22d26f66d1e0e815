import type { Migration } from './migration.ts'

/** The scores that models gave their objects, found without reading every annotation. */
export const modelScores: Migration = {
  version: 7,
  name: 'model scores',
  sql: `
CREATE INDEX annotation_by_score ON annotation (item_id, json_extract(provenance, '$.score')) WHERE json_extract(provenance, '$.kind') = 'model';
`,
}
