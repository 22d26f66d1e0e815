import { all, one, type Database } from '../connection.ts'
import type { ItemObjects, LabelledItem } from '../records.ts'
import { annotationsOf } from './annotationRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'

type Kind = [classId: string | null, kind: string]

function objectsOf(kinds: readonly Kind[]): Pick<ItemObjects, 'objects' | 'others'> {
  const byClass = new Map<string | null, { count: number; masks: number }>()
  let others = 0
  for (const [classId, kind] of kinds) {
    if (kind !== 'mask' && kind !== 'polygon') others++
    else {
      const known = byClass.get(classId) ?? { count: 0, masks: 0 }
      byClass.set(classId, { count: known.count + 1, masks: known.masks + (kind === 'mask' ? 1 : 0) })
    }
  }
  return { objects: [...byClass].map(([classId, counts]) => ({ classId, ...counts })), others }
}

type Row = Omit<LabelledItem, 'splits'> & { splits: string | null }

const labelled = "(i.area_count > 0 OR EXISTS (SELECT 1 FROM source_file f WHERE f.item_id = i.id AND f.kind IN ('classMask', 'augMask')))"
const inSplits = `EXISTS (SELECT 1 FROM item_split x JOIN split s ON s.id = x.split_id WHERE x.item_id = i.id AND s.name IN (SELECT value FROM json_each(@splits)))`
const where = (splits: string[] | null) =>
  `i.dataset_id = @datasetId AND i.aside IS NULL AND ${labelled}${splits === null ? '' : ` AND ${inSplits}`}`

export const snapshotSql = {
  items: (splits: string[] | null) =>
    `SELECT i.id, i.name, i.rel_path AS relPath, i.width, i.height, i.digest,
       (SELECT f.sha256 FROM source_file f WHERE f.item_id = i.id AND f.kind = 'image') AS imageSha256,
       (SELECT f.bytes FROM source_file f WHERE f.item_id = i.id AND f.kind = 'image') AS imageBytes,
       (SELECT json_group_array(s.name) FROM item_split x JOIN split s ON s.id = x.split_id WHERE x.item_id = i.id) AS splits
     FROM item i WHERE ${where(splits)} ORDER BY i.position`,
  objects: `SELECT i.id, i.name, i.rel_path AS relPath, i.width, i.height, i.digest,
       (SELECT f.sha256 FROM source_file f WHERE f.item_id = i.id AND f.kind = 'image') AS imageSha256,
       (SELECT f.bytes FROM source_file f WHERE f.item_id = i.id AND f.kind = 'image') AS imageBytes,
       (SELECT json_group_array(s.name) FROM item_split x JOIN split s ON s.id = x.split_id WHERE x.item_id = i.id) AS splits,
       (SELECT json_group_array(json_array(a.class_id, a.kind)) FROM annotation a WHERE a.item_id = i.id AND a.region = 'object') AS kinds
     FROM item i WHERE i.dataset_id = @datasetId AND i.aside IS NULL ORDER BY i.position`,
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
  'snapshot.objects': (db: Database, { datasetId }: OperationInput<'snapshot.objects'>): OperationOutput<'snapshot.objects'> =>
    all<Row & { kinds: string }>(db, snapshotSql.objects, { datasetId }).map(({ kinds, ...row }) => ({
      ...row,
      splits: JSON.parse(row.splits ?? '[]') as string[],
      ...objectsOf(JSON.parse(kinds) as Kind[]),
    })),
  'snapshot.counts': (db: Database, { datasetId, splits }: OperationInput<'snapshot.counts'>): OperationOutput<'snapshot.counts'> => ({
    items: one<{ items: number }>(db, snapshotSql.counts(splits), { datasetId, splits: JSON.stringify(splits ?? []) })!.items,
  }),
}
