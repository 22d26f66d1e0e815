import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openDatabase, type Database } from '../../src/main/db/connection.ts'
import { annotationDigest, itemDigest } from '../../src/main/db/contentDigest.ts'
import { migrate, schemaVersion, storedVersion } from '../../src/main/db/migrate.ts'
import { curveSql } from '../../src/main/db/curves/packedRun.ts'
import { annotationSql } from '../../src/main/db/queries/annotationRows.ts'
import { journalSql } from '../../src/main/db/queries/journalSql.ts'
import { attributeSchemaSql } from '../../src/main/db/queries/attributeSchema.ts'
import { attributeBoundsSql } from '../../src/main/db/queries/attributeBounds.ts'
import { batchSql } from '../../src/main/db/queries/batches.ts'
import { certaintySql } from '../../src/main/db/queries/certainty.ts'
import { commentSql } from '../../src/main/db/queries/comments.ts'
import { datasetSql } from '../../src/main/db/queries/datasets.ts'
import { filterParams, itemSql } from '../../src/main/db/queries/items.ts'
import { itemFactsSql } from '../../src/main/db/queries/itemFacts.ts'
import { setAsideSql } from '../../src/main/db/queries/setAside.ts'
import { nextItemSql } from '../../src/main/db/queries/nextItem.ts'
import { metricSql } from '../../src/main/db/queries/metrics.ts'
import { paceSql } from '../../src/main/db/queries/pace.ts'
import { modelSql } from '../../src/main/db/queries/models.ts'
import { restoringSql } from '../../src/main/db/queries/restoring.ts'
import { runSql } from '../../src/main/db/queries/runs.ts'
import { snapshotSql } from '../../src/main/db/queries/snapshot.ts'
import { verdictSql } from '../../src/main/db/queries/verdicts.ts'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import { openStore, temporaryFolder } from './projectFixture.ts'

const schemaOf = (db: Database) =>
  (db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name").all() as { sql: string }[])
    .map((row) => row.sql)
    .join(';\n') + '\n'

function freshDatabase(): Database {
  const db = openDatabase(path.join(temporaryFolder(), 'project.db'))
  migrate(db, () => undefined)
  return db
}

it('has the schema that is written down', async () => {
  const db = freshDatabase()
  await expect(schemaOf(db)).toMatchFileSnapshot('../fixtures/projects/schema.sql')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
})

it('brings a stored project of version 1 up to date, with a backup, and loses nothing', async () => {
  const folder = temporaryFolder()
  copyFileSync(fileURLToPath(new URL('../fixtures/projects/version1.db', import.meta.url)), path.join(folder, 'project.db'))
  const store = await openStore(folder)
  expect(await store.call('project.meta', {})).toMatchObject({ name: 'Old project', schemaVersion })
  const [dataset] = await store.call('datasets.list', {})
  expect(dataset).toMatchObject({ name: 'Old', items: 2, annotations: 3 })
  const page = await store.call('items.page', { datasetId: dataset!.id, after: -1, limit: 10 })
  for (const item of page) {
    const digests = [...item.annotations].sort((a, b) => (a.id < b.id ? -1 : 1)).map(annotationDigest)
    expect(item.digest).toBe(itemDigest(digests))
  }
  // The first was never edited since its import, the second was.
  expect(page.map((item) => item.importedDigest === item.digest)).toEqual([true, false])
  expect(await store.call('snapshot.counts', { datasetId: dataset!.id, splits: null })).toEqual({ items: 2 })
  await store.close()
  const [backup] = readdirSync(path.join(folder, 'backups'))
  const old = openDatabase(path.join(folder, 'backups', backup!), { readonly: true })
  expect(storedVersion(old)).toBe(1)
  expect(old.prepare('SELECT count(*) AS n FROM annotation').get()).toEqual({ n: 3 })
  old.close()
  const migrated = openDatabase(path.join(folder, 'project.db'))
  const fresh = freshDatabase()
  expect(schemaOf(migrated).split(';\n').sort()).toEqual(schemaOf(fresh).split(';\n').sort())
  migrated.close()
  fresh.close()
})

it('takes a step whole or not at all', () => {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  const db = openDatabase(path.join(folder, 'project.db'))
  migrate(db, () => undefined, 1)
  // Something in the way of the second step.
  db.exec('CREATE TABLE series (x)')
  expect(() => migrate(db, () => undefined)).toThrow(/series/)
  expect(storedVersion(db)).toBe(1)
  expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'run'").get()).toEqual({ n: 0 })
  db.exec('DROP TABLE series')
  migrate(db, () => undefined)
  expect(storedVersion(db)).toBe(schemaVersion)
  db.exec("UPDATE schema_migration SET sha256 = 'x' WHERE version = 2")
  expect(() => migrate(db, () => undefined)).toThrow(/does not know/)
  db.close()
})

it('answers every hot question from an index', () => {
  const db = freshDatabase()
  const everything: ItemFilter = { split: null, classId: null, status: null, text: '' }
  const filters: ItemFilter[] = [
    everything,
    { ...everything, split: 'train' },
    { ...everything, classId: 'c' },
    { ...everything, status: 'todo' },
    { split: 'train', classId: 'c', status: 'todo', text: 'x' },
    { ...everything, text: 'x' },
    { ...everything, openComments: true },
    { ...everything, split: 'train', openComments: true },
    { ...everything, withoutObjects: true },
    { ...everything, split: 'train', withoutObjects: true },
    { ...everything, tag: 'x' },
    { ...everything, tag: 'x', classId: 'c', status: 'todo' },
    { ...everything, score: { from: 0, to: 0.5 } },
    { ...everything, split: 'train', score: { from: 0, to: 0.5 } },
  ]
  const items = filters.flatMap((filter) => {
    const params = { ...filterParams('d', filter), offset: 0, limit: 1, position: 1 }
    return [
      itemSql.window,
      itemSql.count,
      itemSql.before,
      itemSql.here,
      itemSql.previous,
      itemSql.next,
      (one: ItemFilter) => nextItemSql.at(one, 'DESC'),
    ].map((make): [string, unknown] => [make(filter), params])
  })
  const questions: [string, unknown][] = [
    ...items,
    ...[itemSql.get, itemSql.splits, itemSql.classIds, itemSql.sources, annotationSql.ofItem, annotationSql.get, annotationSql.origins].map(
      (sql): [string, unknown] => [sql, ['x']],
    ),
    ...filters.map((filter): [string, unknown] => [nextItemSql.uncertain(filter), { ...filterParams('d', filter), itemId: 'x' }]),
    ...filters.map((filter): [string, unknown] => [nextItemSql.leastCertain(filter), { ...filterParams('d', filter), itemId: 'x' }]),
    ...filters.map((filter): [string, unknown] => [certaintySql.least(filter), { ...filterParams('d', filter), limit: 1 }]),
    [certaintySql.ofDataset, ['d']],
    [certaintySql.known, ['d', 'm']],
    [itemSql.page, ['d', 0, 10]],
    ...[datasetSql.get, datasetSql.splits, datasetSql.problems, datasetSql.classes].map((sql): [string, unknown] => [sql, ['x']]),
    ...[commentSql.ofItem, commentSql.get, commentSql.entries].map((sql): [string, unknown] => [sql, ['x']]),
    [attributeBoundsSql.copied, { datasetId: 'd', attributes: 'x' }],
    [paceSql.events, ['x', 0]],
    ...Object.values(setAsideSql).map((sql): [string, unknown] => [sql, ['x']]),
    ...Object.values({ ...attributeSchemaSql, tags: itemFactsSql.tags, facts: itemFactsSql.get }).map((sql): [string, unknown] => [
      sql,
      ['x'],
    ]),
    [journalSql.newestDone, ['A']],
    [journalSql.oldestUndone, ['A']],
    [journalSql.byEntry, ['x']],
    [journalSql.ofItem, ['x', 10, 10]],
    [journalSql.burial, ['x']],
    [journalSql.batch, ['a', 'b']],
    [batchSql.newestClient, ['b']],
    [batchSql.ofSource, ['x', 'y']],
    [batchSql.left, ['a', 'b']],
    [batchSql.counts, ['a', 'b']],
    [batchSql.touched, ['a', 'b']],
    [batchSql.first, ['x']],
    [batchSql.source, ['x']],
    [journalSql.onStackOf, ['x', 'A']],
    [journalSql.overtaker, ['x', 1, 'y', 'A']],
    [restoringSql.after, ['x', 1]],
    [restoringSql.entry, [1, 'x']],
    ...[restoringSql.deletedOfItem, restoringSql.deletedOfDataset].map((sql): [string, unknown] => [sql, ['x', 1, 0]]),
    ...[restoringSql.countOfItem, restoringSql.countOfDataset].map((sql): [string, unknown] => [sql, ['x']]),
    [snapshotSql.items(['train']), { datasetId: 'd', splits: '["train"]' }],
    [snapshotSql.objects, { datasetId: 'd' }],
    [snapshotSql.counts(['train']), { datasetId: 'd', splits: '["train"]' }],
    [runSql.get, ['x']],
    [runSql.classTable, ['x', null, null]],
    [metricSql.series, ['x']],
    [metricSql.points, { seriesId: 1, runId: 'x' }],
    [metricSql.oneSeries, ['x', 'train', 'loss']],
    [metricSql.pointsAfter, { seriesId: 1, runId: 'x', after: 7, limit: 10 }],
    [curveSql.newest, [1]],
    [curveSql.onlyAttempt, [1]],
    [curveSql.more, [1, 7, 1]],
    [modelSql.get, ['x']],
    [verdictSql.ofItem, ['x']],
    [verdictSql.ofReview, ['x', 'y', 'y']],
  ]
  for (const [sql, params] of questions) {
    const plan = (
      db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...((Array.isArray(params) ? params : [params]) as unknown[])) as { detail: string }[]
    ).map((row) => row.detail)
    // Walking the caller's own list, the page that was found, or the index of nothing but scored objects is no walk over a table.
    const scans = plan.filter((step) =>
      /^SCAN (?!json_each|CONSTANT ROW|found$|scored$|annotation USING INDEX annotation_by_score$)/.test(step),
    )
    expect({ sql, scans }).toEqual({ sql, scans: [] })
    if (items.some(([one]) => one === sql))
      expect({ sql, sorts: plan.filter((step) => step.includes('TEMP B-TREE')) }).toEqual({ sql, sorts: [] })
  }
  db.close()
})

it('keeps the stored old file as it was made', () => {
  const file = fileURLToPath(new URL('../fixtures/projects/version1.db', import.meta.url))
  const copy = path.join(temporaryFolder(), 'copy.db')
  copyFileSync(file, copy)
  const db = openDatabase(copy)
  expect(storedVersion(db)).toBe(1)
  expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3')
  db.close()
})
