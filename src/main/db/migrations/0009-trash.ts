import type { Migration } from './migration.ts'

interface Row {
  seq: number
  dataset_id: string
  item_id: string
  forward: string
}

/** By which entry an annotation was deleted, and where: the trash. */
export const trash: Migration = {
  version: 9,
  name: 'trash',
  sql: `
ALTER TABLE tombstone ADD COLUMN seq INTEGER;
ALTER TABLE tombstone ADD COLUMN dataset_id TEXT;
ALTER TABLE tombstone ADD COLUMN item_id TEXT;
CREATE INDEX tombstone_by_dataset ON tombstone (dataset_id, seq);
CREATE INDEX tombstone_by_item ON tombstone (item_id, seq);
`,
  fill(db) {
    const set = db.prepare('UPDATE tombstone SET seq = ?, dataset_id = ?, item_id = ? WHERE id = ?')
    const deleting = db
      .prepare(
        `SELECT seq, dataset_id, item_id, forward FROM journal WHERE item_id IS NOT NULL AND instr(forward, '"deleted":true') > 0 ORDER BY seq`,
      )
      .all() as Row[]
    for (const { seq, dataset_id: datasetId, item_id: itemId, forward } of deleting)
      for (const { id, deleted } of JSON.parse(forward) as { id: string; deleted?: true }[])
        if (deleted) set.run(seq, datasetId, itemId, id)
  },
}
