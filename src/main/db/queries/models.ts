import { AppError } from '../../../shared/errors.ts'
import type { ModelRecord } from '../../../shared/model/modelRecord.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import type { OperationInput } from '../store.ts'
import { verdictSql } from './verdicts.ts'

type Nothing = Record<string, never>

export const modelSql = {
  list: 'SELECT content FROM model ORDER BY created_at DESC',
  get: 'SELECT content FROM model WHERE id = ?',
} as const

const notFound = (id: string) => new AppError('model/not-found', `there is no model ${id}`, { id })

export const modelReads = {
  'models.list': (db: Database): ModelRecord[] =>
    all<{ content: string }>(db, modelSql.list).map((row) => JSON.parse(row.content) as ModelRecord),
  'models.get': (db: Database, { modelId }: OperationInput<'models.get'>): ModelRecord => {
    const row = one<{ content: string }>(db, modelSql.get, [modelId])
    if (!row) throw notFound(modelId)
    return JSON.parse(row.content) as ModelRecord
  },
}

export const modelWrites = {
  'models.add': (db: Database, { model }: OperationInput<'models.add'>): Nothing => {
    run(
      db,
      'INSERT INTO model (id, run_id, content, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content',
      [model.id, model.runId, JSON.stringify(model), model.createdAt],
    )
    return {}
  },
  'models.remove': (db: Database, { modelId }: OperationInput<'models.remove'>): Nothing =>
    transaction(db, () => {
      if (run(db, 'DELETE FROM model WHERE id = ?', [modelId]) === 0) throw notFound(modelId)
      run(db, verdictSql.ofModel, [modelId, modelId])
      return {}
    }),
}
