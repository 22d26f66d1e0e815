import type { ItemFilter } from '../../../shared/model/item.ts'
import { all, run, transaction, type Database } from '../connection.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { filteredFrom, filterParams } from './items.ts'

export const certaintySql = {
  ofDataset: `SELECT c.model_id AS modelId, json_extract(m.content, '$.name') AS name, count(*) AS items, min(c.at) AS oldestAt, max(c.at) AS newestAt
    FROM item_certainty c JOIN item i ON i.id = c.item_id AND i.aside IS NULL LEFT JOIN model m ON m.id = c.model_id
    WHERE c.dataset_id = ? GROUP BY c.model_id ORDER BY newestAt DESC`,
  known: 'SELECT item_id AS id FROM item_certainty WHERE dataset_id = ? AND model_id = ?',
  least: (filter: ItemFilter) => {
    const { from, id } = filteredFrom(filter)
    return `SELECT item.id, item.name, scored.score FROM item_certainty scored CROSS JOIN item ON item.id = scored.item_id
      WHERE scored.dataset_id = @datasetId AND item.id IN (SELECT ${id} FROM ${from}) ORDER BY scored.score, item.position LIMIT @limit`
  },
} as const

export const certaintyReads = {
  'certainty.ofDataset': (db: Database, { datasetId }: OperationInput<'certainty.ofDataset'>): OperationOutput<'certainty.ofDataset'> =>
    all<OperationOutput<'certainty.ofDataset'>[number]>(db, certaintySql.ofDataset, [datasetId]),
  'items.leastCertain': (db: Database, { datasetId, filter, limit }: OperationInput<'items.leastCertain'>) =>
    all<OperationOutput<'items.leastCertain'>[number]>(db, certaintySql.least(filter), { ...filterParams(datasetId, filter), limit }),
  'certainty.known': (db: Database, { datasetId, modelId }: OperationInput<'certainty.known'>): string[] =>
    all<{ id: string }>(db, certaintySql.known, [datasetId, modelId]).map(({ id }) => id),
}

export const certaintyWrites = {
  'certainty.keep': (db: Database, { modelId, scores }: OperationInput<'certainty.keep'>): OperationOutput<'certainty.keep'> =>
    transaction(db, () => {
      const at = Date.now()
      for (const { itemId, score } of scores)
        run(
          db,
          `INSERT INTO item_certainty (item_id, dataset_id, score, model_id, at) SELECT id, dataset_id, ?, ?, ? FROM item WHERE id = ?
           ON CONFLICT (item_id) DO UPDATE SET score = excluded.score, model_id = excluded.model_id, at = excluded.at`,
          [score, modelId, at, itemId],
        )
      return {}
    }),
}
