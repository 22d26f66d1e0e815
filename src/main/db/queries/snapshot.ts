import { all, one, type Database } from '../connection.ts'
import type { LabelledItem } from '../records.ts'
import { annotationsOf } from './annotationRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'

type Row = Omit<LabelledItem, 'splits'> & { splits: string | null }

const labelled = "(i.area_count > 0 OR EXISTS (SELECT 1 FROM source_file f WHERE f.item_id = i.id AND f.kind IN ('classMask', 'augMask')))"
const inSplits = `EXISTS (SELECT 1 FROM item_split x JOIN split s ON s.id = x.split_id WHERE x.item_id = i.id AND s.name IN (SELECT value FROM json_each(@splits)))`
const where = (splits: string[] | null) =>
  `i.dataset_id = @datasetId AND i.aside IS NULL AND ${labelled}${splits === null ? '' : ` AND ${inSplits}`}`

export const snapshotSql = {
  items: (splits: string[] | null) =>
    `SELECT i.id, i.name, i.rel_path AS relPath, i.width, i.height, i.digest,
       (SELECT f.sha256 FROM source_file f WHERE f.item_id = i.id AND f.kind = 'image') AS imageSha256,
       (SELECT json_group_array(s.name) FROM item_split x JOIN split s ON s.id = x.split_id WHERE x.item_id = i.id) AS splits
     FROM item i WHERE ${where(splits)} ORDER BY i.position`,
  counts: (splits: string[] | null) => `SELECT count(*) AS items FROM item i WHERE ${where(splits)}`,
} as const

export const snapshotReads = {
  'snapshot.items': (db: Database, { datasetId, splits }: OperationInput<'snapshot.items'>): OperationOutput<'snapshot.items'> =>
    all<Row>(db, snapshotSql.items(splits), { datasetId, splits: JSON.stringify(splits ?? []) }).map((row) => ({
      ...row,
      splits: JSON.parse(row.splits ?? '[]') as string[],
    })),
  'snapshot.annotations': (db: Database, { itemIds }: OperationInput<'snapshot.annotations'>): OperationOutput<'snapshot.annotations'> =>
    db.transaction(() =>
      itemIds.flatMap((itemId) => {
        const row = one<{ digest: string }>(db, 'SELECT digest FROM item WHERE id = ?', [itemId])
        return row ? [{ itemId, digest: row.digest, annotations: annotationsOf(db, itemId) }] : []
      }),
    )(),
  'snapshot.counts': (db: Database, { datasetId, splits }: OperationInput<'snapshot.counts'>): OperationOutput<'snapshot.counts'> => ({
    items: one<{ items: number }>(db, snapshotSql.counts(splits), { datasetId, splits: JSON.stringify(splits ?? []) })!.items,
  }),
}
