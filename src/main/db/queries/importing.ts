import { AppError } from '../../../shared/errors.ts'
import { all, one, run, statement, transaction, type Database } from '../connection.ts'
import { annotationDigest, itemDigest } from '../contentDigest.ts'
import { appendJournal } from '../journalRows.ts'
import type { ImportedClass, ImportedItem } from '../records.ts'
import type { OperationInput, StoredDataset } from '../store.ts'
import { requireDataset } from './datasets.ts'

type Nothing = Record<string, never>

function requireImporting(db: Database, datasetId: string): { batchId: string } {
  const row = one<{ batchId: string }>(db, "SELECT batch_id AS batchId FROM dataset WHERE id = ? AND state = 'importing'", [datasetId])
  if (!row) throw new AppError('dataset/not-found', `no import of ${datasetId} is under way`, { id: datasetId })
  return row
}

function upsertClasses(db: Database, datasetId: string, classes: readonly ImportedClass[]): void {
  for (const { id, name, maskIndex, color, order } of classes) {
    run(
      db,
      `INSERT INTO class (id, dataset_id, name, source_name, mask_index, color, position) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, source_name = excluded.source_name, mask_index = excluded.mask_index, color = excluded.color, position = excluded.position`,
      [id, datasetId, name, name, maskIndex, color, order],
    )
  }
}

function insertItem(db: Database, datasetId: string, provenance: string, item: ImportedItem): void {
  const digests = item.annotations.map((annotation) => ({ annotation, digest: annotationDigest(annotation) }))
  const digest = itemDigest([...digests].sort((a, b) => (a.annotation.id < b.annotation.id ? -1 : 1)).map((entry) => entry.digest))
  run(
    db,
    `INSERT INTO item (id, dataset_id, name, rel_path, position, width, height, orientation, bytes, digest, imported_digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [item.id, datasetId, item.name, item.relPath, item.position, item.width, item.height, item.orientation, item.bytes, digest, digest],
  )
  for (const source of item.sources) {
    run(db, 'INSERT INTO source_file (item_id, kind, rel_path, sha256, bytes) VALUES (?, ?, ?, ?, ?)', [
      item.id,
      source.kind,
      source.relPath,
      source.sha256,
      source.bytes,
    ])
  }
  const insert = statement(
    db,
    `INSERT INTO annotation (id, item_id, class_id, region, kind, shape, attributes, provenance, z, rev, digest, source_kind, source_index)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
  )
  for (const { annotation: a, digest: own } of digests) {
    const source = a.source
    insert.run(
      a.id,
      item.id,
      a.classId,
      a.region,
      a.shape.kind,
      JSON.stringify(a.shape),
      JSON.stringify(a.attributes),
      provenance,
      a.z,
      own,
      source?.kind ?? null,
      source?.index ?? null,
    )
  }
}

/** Removes an import that was not finished, with everything it wrote. */
function discard(db: Database, datasetId: string): void {
  run(db, 'DELETE FROM annotation WHERE item_id IN (SELECT id FROM item WHERE dataset_id = ?)', [datasetId])
  run(db, 'DELETE FROM item WHERE dataset_id = ?', [datasetId])
  run(db, "DELETE FROM dataset WHERE id = ? AND state = 'importing'", [datasetId])
}

/** What a crash left half imported goes away when the project is opened. */
export function discardUnfinishedImports(db: Database): void {
  for (const { id } of all<{ id: string }>(db, "SELECT id FROM dataset WHERE state = 'importing'")) transaction(db, () => discard(db, id))
}

export const importWrites = {
  'datasets.begin': (db: Database, { id, name, rootPath, batchId }: OperationInput<'datasets.begin'>): Nothing => {
    run(db, "INSERT INTO dataset (id, name, root_path, state, batch_id, created_at) VALUES (?, ?, ?, 'importing', ?, ?)", [
      id,
      name,
      rootPath,
      batchId,
      Date.now(),
    ])
    return {}
  },
  'datasets.addItems': (db: Database, { datasetId, classes, items }: OperationInput<'datasets.addItems'>): Nothing =>
    transaction(db, () => {
      const { batchId } = requireImporting(db, datasetId)
      upsertClasses(db, datasetId, classes)
      const provenance = JSON.stringify({ kind: 'import', batchId })
      for (const item of items) insertItem(db, datasetId, provenance, item)
      return {}
    }),
  /** One journal entry for the whole import; the dataset appears. */
  'datasets.finish': (db: Database, input: OperationInput<'datasets.finish'>): StoredDataset =>
    transaction(db, () => {
      const { datasetId, dialect, classes, splits, problems } = input
      const { batchId } = requireImporting(db, datasetId)
      upsertClasses(db, datasetId, classes)
      for (const split of splits) {
        const { lastInsertRowid } = statement(db, 'INSERT INTO split (dataset_id, name) VALUES (?, ?)').run(datasetId, split.name)
        const add = statement(
          db,
          'INSERT OR IGNORE INTO item_split (split_id, position, item_id) SELECT ?, position, id FROM item WHERE id = ? AND dataset_id = ?',
        )
        for (const itemId of split.itemIds) add.run(lastInsertRowid, itemId, datasetId)
      }
      const problem = statement(
        db,
        'INSERT INTO problem (dataset_id, file, line, code, message, severity, remark, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      for (const p of problems) {
        const facts = p.facts ? JSON.stringify(p.facts) : null
        problem.run(datasetId, p.file, p.line, p.code, p.message, p.severity, p.remark ?? null, facts)
      }
      run(db, "UPDATE dataset SET state = 'ready', dialect = ? WHERE id = ?", [JSON.stringify(dialect), datasetId])
      const dataset = requireDataset(db, datasetId)
      appendJournal(db, {
        entryId: batchId,
        kind: 'import',
        client: 'host',
        command: 'dataset.import',
        datasetId,
        forward: [{ datasetId, batchId, rootPath: dataset.rootPath, items: dataset.items, annotations: dataset.annotations }],
        inverse: [{ removeBatch: batchId }],
      })
      return dataset
    }),
  'datasets.discard': (db: Database, { datasetId }: OperationInput<'datasets.discard'>): Nothing =>
    transaction(db, () => (discard(db, datasetId), {})),
}
