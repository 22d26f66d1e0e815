import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/main/db/connection.ts'
import { readLockHolder } from '../../src/main/db/lock.ts'
import { migrate, schemaVersion } from '../../src/main/db/migrate.ts'
import { newId } from '../../src/main/newId.ts'
import { addDataset, classIds, importedAnnotation, importedItem, newBox, newStore, openStore, temporaryFolder } from './projectFixture.ts'

const everything = { split: null, classId: null, status: null, text: '' } as const

describe('a project', () => {
  it('keeps what was answered, through closing and opening', async () => {
    const folder = temporaryFolder()
    const store = await newStore(folder)
    const datasetId = await addDataset(store, [importedItem(0, [importedAnnotation()])])
    await store.close()
    const again = await openStore(folder)
    expect(await again.call('project.meta', {})).toMatchObject({ name: 'Test', schemaVersion })
    const [dataset] = await again.call('datasets.list', {})
    expect(dataset).toMatchObject({
      id: datasetId,
      items: 1,
      annotations: 1,
      quarantined: 1,
      statusCounts: { todo: 1, inProgress: 0, done: 0 },
    })
  })

  it('reads, right after a write was answered, what was written', async () => {
    const store = await newStore()
    for (let i = 0; i < 50; i++) {
      await store.call('settings.set', { key: 'n', value: i })
      expect(await store.call('settings.get', { key: 'n' })).toEqual({ value: i })
    }
  })

  it('refuses to be opened where there is none, or created where there is one', async () => {
    const folder = temporaryFolder()
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'project/not-found' })
    const store = await newStore(folder)
    await store.close()
    await expect(newStore(folder)).rejects.toMatchObject({ code: 'project/not-empty' })
  })

  it('says so when the file is no database, or comes from a later studio', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'project.db'), 'x'.repeat(9000))
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'project/damaged' })
    const other = temporaryFolder()
    const db = openDatabase(join(other, 'project.db'))
    db.pragma('user_version = 99')
    db.close()
    await expect(openStore(other)).rejects.toMatchObject({ code: 'project/newer-version', data: { found: 99 } })
  })

  it('answers disk/full, changes nothing and stays readable when there is no room', async () => {
    const folder = temporaryFolder()
    const store = await newStore(folder)
    const datasetId = await addDataset(store, [importedItem(0)])
    await store.close()
    const pages = openDatabase(join(folder, 'project.db'))
    const maxPages = (pages.pragma('page_count', { simple: true }) as number) + 4
    pages.close()
    const full = await openStore(folder, { maxPages })
    const { items } = await full.call('items.window', { datasetId, filter: everything, offset: 0, limit: 1 })
    const edits = Array.from({ length: 200 }, () => ({
      op: 'create' as const,
      annotation: newBox({ attributes: { note: 'x'.repeat(500) } }),
    }))
    await expect(
      full.call('annotations.apply', { entryId: newId(), itemId: items[0]!.id, client: 'A', command: 'draw', edits }),
    ).rejects.toMatchObject({ code: 'disk/full' })
    expect((await full.call('annotations.list', { itemId: items[0]!.id, client: 'A' })).annotations).toEqual([])
    expect(await full.call('datasets.get', { datasetId })).toMatchObject({ annotations: 0 })
  })
})

describe('a full disk', () => {
  const child = fileURLToPath(new URL('./processes/fullDisk.ts', import.meta.url))
  const unshare = '/usr/bin/unshare'

  it('takes the ballast for edits, not for imports, loses nothing that was answered, and opens again', { timeout: 120_000 }, (context) => {
    const own = ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=160m tmpfs "$1" && shift && exec "$@"', 'sh', temporaryFolder()]
    if (spawnSync(unshare, [...own, 'true']).status !== 0) context.skip('skipped: a file system of its own cannot be mounted here')
    const { stdout, stderr } = spawnSync(unshare, [...own, process.execPath, child, own.at(-1)!], { encoding: 'utf8' })
    expect(stderr.replace(/.*ExperimentalWarning.*\n.*\n/, '')).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      hadBallast: true,
      importAnswer: 'disk/full',
      ballastAfterImport: true,
      editAnswer: null,
      ballastAfterEdit: false,
      lastAnswer: 'disk/full',
      readWhileFull: [50_000, 0],
      closed: 'closed',
      openedFull: 'opened',
      later: [50_000, 50_000],
      datasets: 0,
      ballastBack: true,
    })
  })

  it('names a project whose making was cut short', async () => {
    const folder = temporaryFolder()
    const db = openDatabase(join(folder, 'project.db'))
    migrate(db, () => undefined)
    db.close()
    expect(await (await openStore(folder)).call('project.meta', {})).toMatchObject({ name: basename(folder) })
  })
})

describe('the lock', () => {
  const holdLock = fileURLToPath(new URL('./processes/holdLock.ts', import.meta.url))

  it('lets one process hold a project; a killed one leaves nothing behind', async () => {
    const folder = temporaryFolder()
    await (await newStore(folder)).close()
    const child = spawn(process.execPath, [holdLock, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    expect(readLockHolder(folder)).toMatchObject({ pid: child.pid, socket: '/tmp/some.sock' })
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'project/locked', data: { pid: child.pid, socket: '/tmp/some.sock' } })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await openStore(folder)
    expect(await store.call('project.meta', {})).toMatchObject({ name: 'Test' })
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'project/locked', data: { pid: process.pid } })
  })
})

describe('lists', () => {
  it('filters by split, class, status and text, with counts, windows and neighbours that agree', async () => {
    const store = await newStore()
    const items = Array.from({ length: 30 }, (_, i) =>
      importedItem(i, i % 3 === 0 ? [importedAnnotation({ classId: classIds[1]! }), importedAnnotation({ classId: classIds[2]! })] : []),
    )
    const datasetId = await addDataset(store, items)
    await store.call('items.setStatus', { itemIds: items.slice(0, 9).map((item) => item.id), status: 'done' })
    const cases = [
      { ...everything },
      { ...everything, split: 'val' },
      { ...everything, classId: classIds[1]! },
      { ...everything, status: 'done' as const },
      { ...everything, text: '1' },
      { split: 'train', classId: classIds[2]!, status: 'done' as const, text: 'p00' },
      { ...everything, text: '%' },
      { ...everything, name: items[3]!.name },
      { ...everything, name: items[3]!.name.slice(0, -1) },
      { ...everything, split: 'val', name: items[3]!.name },
    ]
    for (const filter of cases) {
      const expected = items.filter(
        (item) =>
          (filter.split === null || filter.split === (item.position % 2 ? 'val' : 'train')) &&
          (filter.classId === null || item.annotations.some((a) => a.classId === filter.classId)) &&
          (filter.status === null || item.position < 9) &&
          item.name.includes(filter.text) &&
          (!('name' in filter) || item.name === filter.name),
      )
      const all = await store.call('items.window', { datasetId, filter, offset: 0, limit: 500 })
      expect(all.items.map((item) => item.id)).toEqual(expected.map((item) => item.id))
      expect(all.total).toBe(expected.length)
      const part = await store.call('items.window', { datasetId, filter, offset: 2, limit: 3 })
      expect(part.items.map((item) => item.id)).toEqual(expected.slice(2, 5).map((item) => item.id))
      const out = items.find((item) => !expected.includes(item))
      if (out) expect(await store.call('items.neighbours', { itemId: out.id, filter })).toMatchObject({ listed: false })
      if (expected.length > 2) {
        expect(await store.call('items.neighbours', { itemId: expected[1]!.id, filter })).toEqual({
          index: 1,
          total: expected.length,
          listed: true,
          previous: expected[0]!.id,
          next: expected[2]!.id,
        })
      }
    }
  })

  it('keeps its counters through edits, undo and removal', async () => {
    const store = await newStore()
    const item = importedItem(0, [importedAnnotation({ classId: classIds[1]! })])
    const datasetId = await addDataset(store, [item])
    const count = async () => Object.fromEntries((await store.call('classes.list', { datasetId })).map((c) => [c.name, c.annotationCount]))
    const apply = (edits: Parameters<typeof store.call<'annotations.apply'>>[1]['edits']) =>
      store.call('annotations.apply', { entryId: newId(), itemId: item.id, client: 'A', command: 'x', edits })
    const box = newBox({ classId: classIds[2]! })
    await apply([{ op: 'create', annotation: box }])
    expect(await count()).toEqual({ sky: 0, car: 1, tree: 1 })
    await apply([{ op: 'update', id: box.id, rev: 1, patch: { classId: classIds[1]! } }])
    expect(await count()).toEqual({ sky: 0, car: 2, tree: 0 })
    expect((await store.call('items.get', { itemId: item.id })).classIds).toEqual([classIds[1]])
    await store.call('annotations.undo', { entryId: newId(), client: 'A' })
    await store.call('annotations.undo', { entryId: newId(), client: 'A' })
    expect(await count()).toEqual({ sky: 0, car: 1, tree: 0 })
    await store.call('datasets.remove', { datasetId })
    expect(await store.call('datasets.list', {})).toEqual([])
    await expect(store.call('items.get', { itemId: item.id })).rejects.toMatchObject({ code: 'item/not-found' })
    await store.call('datasets.restore', { datasetId })
    expect(await store.call('datasets.get', { datasetId })).toMatchObject({ items: 1, annotations: 1 })
  })

  it('names classes once per dataset', async () => {
    const store = await newStore()
    const datasetId = await addDataset(store, [importedItem(0)])
    const bus = await store.call('classes.add', { id: newId(), datasetId, name: 'bus' })
    expect(bus).toMatchObject({ name: 'bus', order: 3, maskIndex: 3, annotationCount: 0 })
    await expect(store.call('classes.add', { id: newId(), datasetId, name: 'bus' })).rejects.toMatchObject({ code: 'class/duplicate' })
    await expect(store.call('classes.update', { classId: bus.id, name: 'car' })).rejects.toMatchObject({ code: 'class/duplicate' })
    expect(await store.call('classes.update', { classId: bus.id, name: '__proto__', color: '#ffffff' })).toMatchObject({
      name: '__proto__',
      color: '#ffffff',
    })
    expect((await store.call('classes.sourceNames', { datasetId }))[classIds[0]!]).toBe('sky')
  })

  it('throws away an import that was not finished, when told to and when opened again', async () => {
    const folder = temporaryFolder()
    const store = await newStore(folder)
    const ids = [newId(), newId()]
    for (const id of ids) {
      await store.call('datasets.begin', { id, name: 'half', rootPath: '/nowhere', batchId: newId() })
      const classes = [{ id: newId(), name: 'a', maskIndex: null, color: '#000000', order: 0 }]
      await store.call('datasets.addItems', {
        datasetId: id,
        classes,
        items: [importedItem(0, [importedAnnotation({ classId: classes[0]!.id })])],
      })
    }
    expect(await store.call('datasets.list', {})).toEqual([])
    await store.call('datasets.discard', { datasetId: ids[0]! })
    await store.close()
    const again = await openStore(folder)
    await again.close()
    const db = openDatabase(join(folder, 'project.db'))
    for (const table of ['dataset', 'item', 'annotation', 'class', 'source_file', 'item_class']) {
      expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 })
    }
    db.close()
  })
})

it('never mentions the lock file to node:fs in this process', () => {
  // Closing any descriptor of it would drop the POSIX lock: guard the rule of lock.ts.
  const source = readFileSync(fileURLToPath(new URL('../../src/main/db/lock.ts', import.meta.url)), 'utf8')
  expect(source.match(/project\.lock'/g)).toHaveLength(1)
})
