import type { Migration } from './migration.ts'

const counted = { todo: 'todo', inProgress: 'in_progress', done: 'done', reviewed: 'reviewed', rejected: 'rejected' } as const
const counts = (sign: '+' | '-'): string =>
  Object.entries(counted)
    .map(([state, column]) => `${column} = ${column} ${sign} (new.status = '${state}')`)
    .join(', ')
const classCounts = (sign: '+' | '-'): string => `
  UPDATE class SET annotation_count = annotation_count ${sign}
    (SELECT x.annotations FROM item_class x WHERE x.class_id = class.id AND x.item_id = new.id)
    WHERE id IN (SELECT class_id FROM item_class WHERE item_id = new.id);`

/**
 * Pictures that were set aside keep everything they have and are in no list and no count until they are taken back; `aside` says why, by whom and when,
 * and in which splits they were.
 */
export const setAside: Migration = {
  version: 13,
  name: 'set aside',
  sql: `
ALTER TABLE item ADD COLUMN aside TEXT;
DROP INDEX item_by_status;
CREATE INDEX item_by_status ON item (dataset_id, status, position) WHERE aside IS NULL;
CREATE INDEX item_in_use ON item (dataset_id, position) WHERE aside IS NULL;
CREATE INDEX item_aside ON item (dataset_id, position) WHERE aside IS NOT NULL;
CREATE TRIGGER item_set_aside AFTER UPDATE OF aside ON item WHEN old.aside IS NULL AND new.aside IS NOT NULL BEGIN
  UPDATE dataset SET items = items - 1, annotations = annotations - new.annotation_count, ${counts('-')} WHERE id = new.dataset_id;${classCounts('-')}
  DELETE FROM item_class WHERE item_id = new.id;
  DELETE FROM item_split WHERE item_id = new.id;
  DELETE FROM item_tag WHERE item_id = new.id;
END;
CREATE TRIGGER item_taken_back AFTER UPDATE OF aside ON item WHEN old.aside IS NOT NULL AND new.aside IS NULL BEGIN
  UPDATE dataset SET items = items + 1, annotations = annotations + new.annotation_count, ${counts('+')} WHERE id = new.dataset_id;
  INSERT INTO item_class (class_id, position, item_id, annotations)
    SELECT class_id, new.position, new.id, count(*) FROM annotation WHERE item_id = new.id AND class_id IS NOT NULL GROUP BY class_id;${classCounts('+')}
  INSERT INTO item_split (split_id, position, item_id)
    SELECT value, new.position, new.id FROM json_each(old.aside, '$.splits') WHERE value IN (SELECT id FROM split);
  INSERT INTO item_tag (dataset_id, name, position, item_id) SELECT new.dataset_id, value, new.position, new.id FROM json_each(new.tags);
END;
`,
}
