import { createHash } from 'node:crypto'
import { AppError } from '../../shared/errors.ts'
import type { Database } from './connection.ts'
import { core } from './migrations/0001-core.ts'
import { runs } from './migrations/0002-runs.ts'
import { digests } from './migrations/0003-digests.ts'
import { findings } from './migrations/0004-findings.ts'
import { runLibrary } from './migrations/0005-run-library.ts'
import { review } from './migrations/0006-review.ts'
import { modelScores } from './migrations/0007-model-scores.ts'
import { comments } from './migrations/0008-comments.ts'
import { trash } from './migrations/0009-trash.ts'
import { attributeSchema } from './migrations/0010-attribute-schema.ts'
import { groups } from './migrations/0011-groups.ts'
import { itemFacts } from './migrations/0012-item-facts.ts'
import { setAside } from './migrations/0013-set-aside.ts'
import { certainty } from './migrations/0014-certainty.ts'
import { withoutObjects } from './migrations/0015-without-objects.ts'
import { batchSource } from './migrations/0016-batch-source.ts'
import { longAttributes } from './migrations/0017-long-attributes.ts'
import { verdicts } from './migrations/0018-verdicts.ts'
import { remarks } from './migrations/0019-remarks.ts'
import type { Migration } from './migrations/migration.ts'

export const migrations: readonly Migration[] = [
  core,
  runs,
  digests,
  findings,
  runLibrary,
  review,
  modelScores,
  comments,
  trash,
  attributeSchema,
  groups,
  itemFacts,
  setAside,
  certainty,
  withoutObjects,
  batchSource,
  longAttributes,
  verdicts,
  remarks,
]
export const schemaVersion = migrations.length

const hash = (migration: Migration) => createHash('sha256').update(`${migration.version} ${migration.name}\n${migration.sql}`).digest('hex')

export function storedVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number
}

/**
 * Brings the schema up to `target`, one transaction per step; `backup` runs before the first step on a project that has content.
 * Errors: project/newer-version (made by a later studio), project/damaged (a step was not the one this studio knows).
 */
export function migrate(db: Database, backup: (fromVersion: number) => void, target = schemaVersion): void {
  const from = storedVersion(db)
  if (from > schemaVersion) {
    throw new AppError('project/newer-version', `the project has schema ${from}, this studio knows up to ${schemaVersion}`, {
      found: from,
      known: schemaVersion,
    })
  }
  db.exec(
    'CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at REAL NOT NULL) STRICT',
  )
  checkHistory(db, from)
  if (from > 0 && from < target) backup(from)
  for (const migration of migrations) {
    if (migration.version <= from || migration.version > target) continue
    db.transaction(() => {
      db.exec(migration.sql)
      migration.fill?.(db)
      db.prepare('INSERT INTO schema_migration VALUES (?, ?, ?, ?)').run(migration.version, migration.name, hash(migration), Date.now())
      db.pragma(`user_version = ${migration.version}`)
    }).immediate()
  }
}

function checkHistory(db: Database, version: number): void {
  const applied = db.prepare('SELECT version, sha256 FROM schema_migration ORDER BY version').all() as { version: number; sha256: string }[]
  const known = migrations.slice(0, version)
  const same = applied.length === known.length && known.every((migration, i) => applied[i]!.sha256 === hash(migration))
  if (!same) throw new AppError('project/damaged', 'the project was migrated by steps this studio does not know', { version })
}
