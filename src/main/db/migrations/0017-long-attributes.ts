import type { Migration } from './migration.ts'

/**
 * Finds an object that has the same attributes as another one by how long they are. Only what can be over the bounds of what a gesture may write is in
 * it, which hardly any object is (see attributeBounds.ts).
 */
export const longAttributes: Migration = {
  version: 17,
  name: 'long attributes',
  sql: 'CREATE INDEX annotation_with_long_attributes ON annotation (length(attributes)) WHERE length(attributes) > 100;',
}
