import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/main/db/connection.ts'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { newId } from '../../src/main/newId.ts'
import { itemStatuses, type ItemStatus } from '../../src/shared/model/item.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedAnnotation, importedItem, newBox, temporaryFolder } from './projectFixture.ts'

async function fourItems(folder = temporaryFolder()) {
  const store = directStore(folder)
  const items = Array.from({ length: 4 }, (_, i) => importedItem(i, i === 0 ? [importedAnnotation()] : []))
  const datasetId = await addDataset(store, items)
  const counts = async () => (await store.call('datasets.get', { datasetId })).statusCounts
  const state = async (n: number) => {
    const { status, statusBy, statusAt, statusNote } = await store.call('items.get', { itemId: items[n]!.id })
    return { status, statusBy, statusAt, statusNote }
  }
  const edit = (n: number, client = 'A') =>
    store.call('annotations.apply', {
      entryId: newId(),
      itemId: items[n]!.id,
      client,
      command: 'createBox',
      who: 'Ann',
      edits: [{ op: 'create', annotation: newBox() }],
    })
  const gesture = (n: number, status: ItemStatus) =>
    store.call('annotations.describe', {
      entryId: newId(),
      itemId: items[n]!.id,
      client: 'A',
      change: { kind: 'status', status, note: '' },
      who: 'Ann',
    })
  return { store, items, datasetId, counts, state, edit, gesture, ids: items.map((item) => item.id) }
}
const undo = (store: ProjectStore, client = 'A') => store.call('annotations.undo', { entryId: newId(), client, who: 'Ann' })
const redo = (store: ProjectStore) => store.call('annotations.redo', { entryId: newId(), client: 'A', who: 'Ann' })

describe('the state of a picture', () => {
  it('has a name, a time and a reason, counted in its dataset, after a restart as well', async () => {
    const folder = temporaryFolder()
    const { store, ids, counts, state, datasetId } = await fourItems(folder)
    expect(await state(0)).toEqual({ status: 'todo', statusBy: null, statusAt: null, statusNote: '' })
    const before = Date.now()
    for (const [n, status] of itemStatuses.slice(1).entries())
      await store.call('items.setStatus', { itemIds: [ids[n]!], status, who: 'Ann', note: status === 'rejected' ? 'no wheels' : '' })
    expect(await counts()).toEqual({ todo: 0, inProgress: 1, done: 1, reviewed: 1, rejected: 1 })
    expect(await state(3)).toMatchObject({ status: 'rejected', statusBy: 'Ann', statusNote: 'no wheels' })
    expect((await state(3)).statusAt).toBeGreaterThanOrEqual(before)
    const rejected = { split: null, classId: null, status: 'rejected', text: '' } as const
    expect((await store.call('items.window', { datasetId, filter: rejected, offset: 0, limit: 9 })).items.map(({ id }) => id)).toEqual([
      ids[3],
    ])
    await store.close()
    const again = directStore(folder)
    expect(await again.call('items.get', { itemId: ids[3]! })).toMatchObject({
      status: 'rejected',
      statusBy: 'Ann',
      statusNote: 'no wheels',
    })
  })

  it('is put back whole by its entry, except where somebody set it again since', async () => {
    const { store, ids, counts, state } = await fourItems()
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'reviewed', who: 'Ann' })
    const reviewed = await state(0)
    const { changed, entryIds } = await store.call('items.setStatus', { itemIds: [...ids, ids[0]!], status: 'done', who: 'Bob' })
    expect({ changed, entries: entryIds.length }).toEqual({ changed: 4, entries: 1 })
    await store.call('items.setStatus', { itemIds: [ids[3]!], status: 'rejected', who: 'Cid' })
    expect(await store.call('items.undoStatus', { entryIds, who: 'Bob' })).toMatchObject({ changed: 3 })
    expect(await state(0)).toEqual(reviewed)
    expect(await counts()).toEqual({ todo: 2, inProgress: 0, done: 0, reviewed: 1, rejected: 1 })
    // A second undo of the same entry finds nothing left as the entry made it.
    expect(await store.call('items.undoStatus', { entryIds })).toMatchObject({ changed: 0 })
    await expect(store.call('items.undoStatus', { entryIds: [newId()] })).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
  })

  it('sets all pictures of a call or none', async () => {
    const { store, ids, counts } = await fourItems()
    await expect(store.call('items.setStatus', { itemIds: [ids[0]!, newId()], status: 'done' })).rejects.toMatchObject({
      code: 'item/not-found',
    })
    expect((await counts()).done).toBe(0)
  })

  it('writes the person and the dataset into the journal, one entry per dataset', async () => {
    const folder = temporaryFolder()
    const { store, ids, datasetId, edit } = await fourItems(folder)
    const other = importedItem(0)
    const otherId = await addDataset(store, [other], [newId(), newId(), newId()])
    const { entryIds } = await store.call('items.setStatus', { itemIds: [ids[0]!, other.id], status: 'done', who: 'Ann' })
    expect(entryIds).toHaveLength(2)
    await edit(1)
    await store.close()
    const db = openDatabase(path.join(folder, 'project.db'), { readonly: true })
    const rows = db.prepare("SELECT kind, who, dataset_id AS d FROM journal WHERE kind IN ('status', 'edit') ORDER BY seq").all()
    db.close()
    expect(rows).toEqual([
      { kind: 'status', who: 'Ann', d: datasetId },
      { kind: 'status', who: 'Ann', d: otherId },
      { kind: 'edit', who: 'Ann', d: datasetId },
    ])
  })
})

describe('editing', () => {
  it('begins a picture in the name of who edits', async () => {
    const { edit, state, counts } = await fourItems()
    await edit(1)
    expect(await state(1)).toMatchObject({ status: 'inProgress', statusBy: 'Ann' })
    expect(await counts()).toMatchObject({ todo: 3, inProgress: 1 })
  })

  it('takes the review from a picture, and undo that brings the reviewed content back returns it with its name and time', async () => {
    const { store, ids, edit, state, counts } = await fourItems()
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'reviewed', who: 'Bob', note: 'good' })
    const reviewed = await state(0)
    await edit(0)
    expect(await state(0)).toMatchObject({ status: 'done', statusBy: 'Ann', statusNote: '' })
    await edit(0)
    await undo(store)
    expect((await state(0)).status).toBe('done')
    await undo(store)
    expect(await state(0)).toEqual(reviewed)
    expect(await counts()).toMatchObject({ done: 0, reviewed: 1 })
    await redo(store)
    expect((await state(0)).status).toBe('done')
    // Somebody said 'done' on purpose: from then on undo has nothing to return.
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'inProgress', who: 'Ann' })
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'done', who: 'Ann' })
    await undo(store)
    expect((await state(0)).status).toBe('done')
  })

  it('keeps a review off what nobody reviewed when a state is undone, and gives it back with the content', async () => {
    const { store, ids, edit, state, gesture } = await fourItems()
    for (const set of ['inProgress', 'todo'] as const) {
      await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'reviewed', who: 'Bob', note: set })
      const reviewed = await state(0)
      await gesture(0, set)
      await edit(0, 'batch')
      await undo(store)
      expect(await state(0)).toMatchObject({ status: 'done', statusBy: 'Ann', statusNote: '' })
      await undo(store, 'batch')
      expect(await state(0)).toEqual(reviewed)
      await redo(store)
      expect((await state(0)).status).toBe(set)
    }
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'reviewed', who: 'Bob' })
    const reviewed = await state(0)
    const { entryIds } = await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'inProgress', who: 'Ann' })
    await edit(0, 'batch')
    expect(await store.call('items.undoStatus', { entryIds, who: 'Ann' })).toMatchObject({ changed: 1 })
    expect(await state(0)).toMatchObject({ status: 'done', statusBy: 'Ann' })
    await undo(store, 'batch')
    expect(await state(0)).toEqual(reviewed)
    // Nor does redo set it on what was drawn since.
    await gesture(1, 'reviewed')
    await undo(store)
    await edit(1, 'batch')
    await redo(store)
    expect((await state(1)).status).toBe('done')
    // A review that an edit took away can still be taken back by whoever gave it.
    await gesture(2, 'reviewed')
    await edit(2, 'batch')
    await undo(store)
    await undo(store, 'batch')
    expect((await state(2)).status).toBe('todo')
  })

  it('keeps the review that it took away over a state that is set and undone', async () => {
    const { store, ids, edit, state, gesture } = await fourItems()
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'reviewed', who: 'Bob', note: 'good' })
    const reviewed = await state(0)
    await edit(0)
    await gesture(0, 'rejected')
    for (let i = 0; i < 2; i++) {
      await undo(store)
      expect((await state(0)).status).toBe('done')
      await undo(store)
      expect(await state(0)).toEqual(reviewed)
      await redo(store)
      expect((await state(0)).status).toBe('done')
      await redo(store)
      expect((await state(0)).status).toBe('rejected')
    }
    await undo(store)
    const { entryIds } = await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'rejected', who: 'Cid' })
    // The content is back before the state is.
    await undo(store)
    expect((await state(0)).status).toBe('rejected')
    await store.call('items.undoStatus', { entryIds })
    expect(await state(0)).toEqual(reviewed)
  })

  it('leaves done and rejected pictures what they are', async () => {
    const { store, ids, edit, state } = await fourItems()
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'done', who: 'Bob' })
    await store.call('items.setStatus', { itemIds: [ids[1]!], status: 'rejected', who: 'Bob', note: 'again' })
    await edit(0)
    await edit(1)
    expect(await state(0)).toMatchObject({ status: 'done', statusBy: 'Bob' })
    expect(await state(1)).toMatchObject({ status: 'rejected', statusBy: 'Bob', statusNote: 'again' })
  })
})

describe('another file in the place of a picture', () => {
  const take = async (store: ProjectStore, itemId: string, sha256: string) => {
    const { imageSha256: was } = await store.call('items.files', { itemId })
    await store.call('items.acceptFile', { itemId, was, file: { sha256, bytes: 1, orientation: 1 }, who: 'Eve' })
    return was
  }

  it('asks for a look at what was done or reviewed, and gives the state back with the former file', async () => {
    const { store, ids, state, counts } = await fourItems()
    const statuses = ['done', 'reviewed', 'rejected'] as const
    for (const [n, status] of statuses.entries())
      await store.call('items.setStatus', { itemIds: [ids[n]!], status, who: 'Bob', note: 'good' })
    const before = await Promise.all(ids.map((_, n) => state(n)))
    const former = await Promise.all(ids.map((id) => take(store, id, 'other')))
    for (const n of [0, 1]) {
      const { statusAt, ...now } = await state(n)
      expect(now).toEqual({ status: 'inProgress', statusBy: 'Eve', statusNote: '' })
      expect(statusAt).toBeGreaterThanOrEqual(before[n]!.statusAt!)
    }
    expect(await Promise.all([state(2), state(3)])).toEqual(before.slice(2))
    expect(await counts()).toEqual({ todo: 1, inProgress: 2, done: 0, reviewed: 0, rejected: 1 })
    // Yet another file changes nothing of that.
    await take(store, ids[0]!, 'third')
    for (const [n, id] of ids.entries()) await take(store, id, former[n]!)
    expect(await Promise.all(ids.map((_, n) => state(n)))).toEqual(before)
  })

  it('gives no review back to objects that changed meanwhile, nor what somebody said of the new file', async () => {
    const { store, ids, state, edit } = await fourItems()
    for (const n of [0, 1, 2]) await store.call('items.setStatus', { itemIds: [ids[n]!], status: 'reviewed', who: 'Bob' })
    const reviewed = await state(0)
    const former = await Promise.all(ids.map((id) => take(store, id, 'other')))
    await edit(0)
    await store.call('items.setStatus', { itemIds: [ids[1]!], status: 'reviewed', who: 'Cid' })
    await store.call('items.setStatus', { itemIds: [ids[2]!], status: 'inProgress', note: 'shifted', who: 'Cid' })
    for (const [n, id] of ids.entries()) await take(store, id, former[n]!)
    expect(await state(0)).toMatchObject({ status: 'done' })
    await undo(store)
    expect(await state(0)).toEqual(reviewed)
    // What was said of the other file is not said of this one.
    expect(await state(1)).toMatchObject({ status: 'inProgress', statusBy: 'Eve' })
    expect(await state(2)).toMatchObject({ status: 'inProgress', statusBy: 'Cid', statusNote: 'shifted' })
  })

  it('is not reviewed by undo either', async () => {
    const { store, ids, state, gesture } = await fourItems()
    await store.call('items.setStatus', { itemIds: [ids[0]!], status: 'reviewed', who: 'Bob' })
    const reviewed = await state(0)
    await gesture(0, 'rejected')
    const former = await take(store, ids[0]!, 'other')
    await undo(store)
    expect((await state(0)).status).toBe('inProgress')
    await take(store, ids[0]!, former)
    expect(await state(0)).toEqual(reviewed)
    // The gesture itself is taken back over the other file as well.
    await gesture(1, 'done')
    await take(store, ids[1]!, 'other')
    await undo(store)
    expect((await state(1)).status).toBe('todo')
  })
})

it('keeps the states, counters and times of a project that knew three of them', async () => {
  const folder = temporaryFolder()
  copyFileSync(fileURLToPath(new URL('../fixtures/projects/version5.db', import.meta.url)), path.join(folder, 'project.db'))
  const store = directStore(folder)
  const [dataset] = await store.call('datasets.list', {})
  expect(dataset).toMatchObject({ items: 4, annotations: 1, statusCounts: { todo: 1, inProgress: 1, done: 2, reviewed: 0, rejected: 0 } })
  const filter = { split: null, classId: null, status: null, text: '' }
  const { items } = await store.call('items.window', { datasetId: dataset!.id, filter, offset: 0, limit: 9 })
  expect(items.map(({ status, statusAt, statusBy }) => [status, statusAt, statusBy])).toEqual([
    ['todo', null, null],
    ['inProgress', null, null],
    ['done', 1700000001000, null],
    ['done', 1700000002000, null],
  ])
  expect(items[2]).toMatchObject({ splits: ['train'], annotationCount: 1 })
  await store.call('items.setStatus', { itemIds: [items[2]!.id], status: 'reviewed', who: 'Ann' })
  expect((await store.call('datasets.get', { datasetId: dataset!.id })).statusCounts).toMatchObject({ done: 1, reviewed: 1 })
})

it('tells the pace from the journal: what was drawn and not undone, what became finished and still is', async () => {
  const { store, ids, datasetId, edit } = await fourItems()
  const before = Date.now() - 1000
  await edit(1)
  await edit(2)
  await undo(store)
  await edit(2)
  await store.call('items.setStatus', { itemIds: ids.slice(0, 3), status: 'done' })
  const { entryIds } = await store.call('items.setStatus', { itemIds: [ids[3]!], status: 'reviewed' })
  await store.call('items.undoStatus', { entryIds })
  const pace = await store.call('datasets.pace', { datasetId, dayStart: before })
  expect(pace).toMatchObject({ today: { finished: 3, shapes: 2 }, session: { finished: 3, shapes: 2 }, remaining: 1 })
  const tomorrow = await store.call('datasets.pace', { datasetId, dayStart: Date.now() + 1000 })
  expect(tomorrow.today).toEqual({ finished: 0, shapes: 0, activeMs: 0 })
  expect(tomorrow.session.finished).toBe(3)
})
