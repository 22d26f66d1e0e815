import type { Annotation, Attributes } from '../../../shared/model/annotation.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { annotationDigest, itemDigest } from '../contentDigest.ts'
import type { Migration } from './migration.ts'

interface Row {
  id: string
  item_id: string
  class_id: string | null
  region: Annotation['region']
  shape: string
  attributes: string
  z: number
}

/** Content digests, kept with every edit: what a snapshot hash and the export's "untouched" are made of. */
export const digests: Migration = {
  version: 3,
  name: 'digests',
  sql: `
ALTER TABLE annotation ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN imported_digest TEXT NOT NULL DEFAULT '';
-- How many annotations paint pixels (masks and polygons): an item with none and without a class mask teaches nothing about pixels.
ALTER TABLE item ADD COLUMN area_count INTEGER NOT NULL DEFAULT 0;
UPDATE item SET area_count = (SELECT count(*) FROM annotation a WHERE a.item_id = item.id AND a.kind IN ('mask', 'polygon'));
CREATE TRIGGER annotation_area_added AFTER INSERT ON annotation WHEN new.kind IN ('mask', 'polygon') BEGIN
  UPDATE item SET area_count = area_count + 1 WHERE id = new.item_id;
END;
CREATE TRIGGER annotation_area_removed AFTER DELETE ON annotation WHEN old.kind IN ('mask', 'polygon') BEGIN
  UPDATE item SET area_count = area_count - 1 WHERE id = old.item_id;
END;
CREATE TRIGGER annotation_area_changed AFTER UPDATE OF kind ON annotation WHEN (old.kind IN ('mask', 'polygon')) <> (new.kind IN ('mask', 'polygon')) BEGIN
  UPDATE item SET area_count = area_count + CASE WHEN new.kind IN ('mask', 'polygon') THEN 1 ELSE -1 END WHERE id = new.item_id;
END;
`,
  fill(db) {
    const setAnnotation = db.prepare('UPDATE annotation SET digest = ? WHERE id = ?')
    const setItem = db.prepare('UPDATE item SET digest = ? WHERE id = ?')
    const ofItem = db.prepare('SELECT id, item_id, class_id, region, shape, attributes, z FROM annotation WHERE item_id = ? ORDER BY id')
    for (const item of db.prepare('SELECT id FROM item').all() as { id: string }[]) {
      const all = (ofItem.all(item.id) as Row[]).map((row) => {
        const digest = annotationDigest({
          id: row.id,
          classId: row.class_id,
          region: row.region,
          shape: JSON.parse(row.shape) as Shape,
          attributes: JSON.parse(row.attributes) as Attributes,
          z: row.z,
        })
        setAnnotation.run(digest, row.id)
        return digest
      })
      setItem.run(itemDigest(all), item.id)
    }
    // What the import wrote is no longer known: an item whose revision never moved is as it was imported.
    db.prepare('UPDATE item SET imported_digest = CASE WHEN rev = 1 THEN digest ELSE ? END').run('')
  },
}
