import { AppError } from '../../../shared/errors.ts'
import { one, run, type Database } from '../connection.ts'
import { storedVersion } from '../migrate.ts'
import type { OperationInput, OperationOutput, ProjectMeta } from '../store.ts'

type Nothing = Record<string, never>

export const projectReads = {
  'project.meta': (db: Database): ProjectMeta => {
    const row = one<{ id: string; name: string; createdAt: number }>(db, 'SELECT id, name, created_at AS createdAt FROM project')
    if (!row) throw new AppError('project/damaged', 'the project has no name')
    return { ...row, schemaVersion: storedVersion(db) }
  },
  'settings.get': (db: Database, { key }: OperationInput<'settings.get'>): OperationOutput<'settings.get'> => {
    const row = one<{ value: string }>(db, 'SELECT value FROM setting WHERE key = ?', [key])
    return { value: row ? (JSON.parse(row.value) as unknown) : null }
  },
}

export const projectWrites = {
  'settings.set': (db: Database, { key, value }: OperationInput<'settings.set'>): Nothing => {
    run(db, 'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [
      key,
      JSON.stringify(value ?? null),
    ])
    return {}
  },
  'project.backup': (db: Database, { toPath }: OperationInput<'project.backup'>): Nothing => {
    run(db, 'VACUUM INTO ?', [toPath])
    return {}
  },
}
