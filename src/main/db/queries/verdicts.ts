import { AppError } from '../../../shared/errors.ts'
import type { Verdict } from '../../../shared/model/verdict.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import type { OperationInput, OperationOutput } from '../store.ts'

export const verdictSql = {
  ofItem: 'SELECT key, annotation_id AS annotationId FROM verdict WHERE item_id = ? ORDER BY key',
} as const

export const verdictReads = {
  'verdicts.list': (db: Database, { itemId }: OperationInput<'verdicts.list'>): Verdict[] => all<Verdict>(db, verdictSql.ofItem, [itemId]),
}

export const verdictWrites = {
  'verdicts.judge': (db: Database, { itemId, verdicts, forgotten }: OperationInput<'verdicts.judge'>): OperationOutput<'verdicts.judge'> =>
    transaction(db, () => {
      if (!one(db, 'SELECT 1 FROM item WHERE id = ?', [itemId]))
        throw new AppError('item/not-found', `there is no item ${itemId}`, { id: itemId })
      for (const key of forgotten) run(db, 'DELETE FROM verdict WHERE item_id = ? AND key = ?', [itemId, key])
      for (const { key, annotationId } of verdicts)
        run(
          db,
          `INSERT INTO verdict (item_id, key, annotation_id) VALUES (?, ?, ?)
           ON CONFLICT (item_id, key) DO UPDATE SET annotation_id = excluded.annotation_id`,
          [itemId, key, annotationId],
        )
      return {}
    }),
}
