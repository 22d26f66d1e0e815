import { AppError } from '../../../shared/errors.ts'
import { uuidv7 } from '../../../shared/model/ids.ts'
import type { Verdict } from '../../../shared/model/verdict.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import type { OperationInput, OperationOutput } from '../store.ts'

export const verdictSql = {
  ofItem: 'SELECT key, annotation_id AS annotationId FROM verdict WHERE item_id = ? ORDER BY key',
  ofReview: "DELETE FROM verdict WHERE item_id = ? AND key >= ? || ' ' AND key < ? || '!'",
  ofModel: "DELETE FROM verdict WHERE key >= ? || ' ' AND key < ? || '!'",
  /** A key of a review is its id, which begins with its time, and a number; one of a model is its id, that of the picture, and what it saw there. */
  ofOldReviews: "DELETE FROM verdict WHERE key < ? AND length(key) > 37 AND substr(key, 38) NOT GLOB '*[^0-9]*'",
  ofGoneModels: 'DELETE FROM verdict WHERE substr(key, 38, 36) = item_id AND substr(key, 1, 36) NOT IN (SELECT id FROM model)',
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
  'verdicts.forget': (db: Database, { itemId, reviewId }: OperationInput<'verdicts.forget'>): OperationOutput<'verdicts.forget'> => {
    run(db, verdictSql.ofReview, [itemId, reviewId, reviewId])
    return {}
  },
  'verdicts.sweep': (db: Database, { before }: OperationInput<'verdicts.sweep'>): OperationOutput<'verdicts.sweep'> =>
    transaction(db, () => {
      run(db, verdictSql.ofOldReviews, [uuidv7(before, new Uint8Array(10))])
      run(db, verdictSql.ofGoneModels, [])
      return {}
    }),
}
