import path from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/main/db/connection.ts'
import { newId } from '../../src/main/newId.ts'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedAnnotation, importedItem, temporaryFolder } from './projectFixture.ts'

const open: ItemFilter = { split: null, classId: null, status: null, text: '', openComments: true }

async function pictures(folder = temporaryFolder()) {
  const store = directStore(folder)
  const items = [importedItem(0, [importedAnnotation()]), importedItem(1), importedItem(2)]
  const datasetId = await addDataset(store, items)
  const itemId = items[0]!.id
  const add = (change: { id?: string; at?: [number, number] | null; annotationId?: string; itemId?: string } = {}) =>
    store.call('comments.add', { id: newId(), itemId, annotationId: null, at: [3, 4], text: 'a wheel is missing', who: 'Ann', ...change })
  const act = (commentId: string, action: 'text' | 'resolve' | 'reopen' | 'delete' | 'restore', text = '', who = 'Bob') =>
    store.call('comments.act', { entryId: newId(), commentId, action, text, who })
  const counts = async () => ({
    item: (await store.call('items.get', { itemId })).openComments,
    dataset: (await store.call('datasets.get', { datasetId })).commented,
    list: (await store.call('items.window', { datasetId, filter: open, offset: 0, limit: 9 })).total,
  })
  return { store, items, itemId, datasetId, add, act, counts }
}

it('keeps a thread with who said what and when, through a restart', async () => {
  const folder = temporaryFolder()
  const { store, itemId, items, add, act } = await pictures(folder)
  const before = Date.now()
  const pinned = await add({ annotationId: items[0]!.annotations[0]!.id })
  const whole = await add({ at: null })
  await act(pinned.id, 'text', 'where?')
  const resolved = await act(pinned.id, 'resolve', 'done')
  expect(resolved).toMatchObject({ at: [3, 4], resolved: true, deleted: false })
  expect(resolved.entries.map(({ kind, text, who }) => [kind, text, who])).toEqual([
    ['text', 'a wheel is missing', 'Ann'],
    ['text', 'where?', 'Bob'],
    ['resolve', 'done', 'Bob'],
  ])
  expect(resolved.entries[0]!.at).toBeGreaterThanOrEqual(before)
  await store.close()
  const again = directStore(folder)
  expect(await again.call('comments.list', { itemId })).toEqual([resolved, whole])
})

it('counts open comments per picture and dataset, and filters by them', async () => {
  const { add, act, counts } = await pictures()
  const [first, second] = [await add(), await add()]
  expect(await counts()).toEqual({ item: 2, dataset: 1, list: 1 })
  await act(first.id, 'resolve')
  await act(first.id, 'delete')
  expect(await counts()).toEqual({ item: 1, dataset: 1, list: 1 })
  await act(second.id, 'delete')
  expect(await counts()).toEqual({ item: 0, dataset: 0, list: 0 })
  await act(second.id, 'restore')
  await act(first.id, 'restore')
  expect(await counts()).toEqual({ item: 1, dataset: 1, list: 1 })
  await act(first.id, 'reopen')
  expect(await counts()).toEqual({ item: 2, dataset: 1, list: 1 })
})

it('loses nothing that was said: a deleted comment is still listed, with who deleted it', async () => {
  const { store, itemId, add, act } = await pictures()
  const { id } = await add()
  await act(id, 'delete')
  const [kept] = await store.call('comments.list', { itemId })
  expect(kept).toMatchObject({ deleted: true, entries: [{ text: 'a wheel is missing' }, { kind: 'delete', who: 'Bob' }] })
  await store.close()
  const db = openDatabase(path.join(store.folder, 'project.db'))
  expect(() => db.exec("UPDATE comment_entry SET text = 'never said'")).toThrow(/stays/)
  db.close()
})

it('takes a repeated call as one', async () => {
  const { store, itemId, add, counts } = await pictures()
  const id = newId()
  expect(await add({ id })).toEqual(await add({ id }))
  const again = { entryId: newId(), commentId: id, action: 'text', text: 'yes', who: 'Bob' } as const
  expect(await store.call('comments.act', again)).toEqual(await store.call('comments.act', again))
  expect((await store.call('comments.list', { itemId }))[0]!.entries).toHaveLength(2)
  expect((await counts()).item).toBe(1)
})

it('refuses pins outside of the picture, empty replies, and what is not there', async () => {
  const { store, add, act, datasetId } = await pictures()
  await expect(add({ at: [21, 0] })).rejects.toMatchObject({ code: 'input/invalid' })
  await expect(add({ itemId: newId() })).rejects.toMatchObject({ code: 'item/not-found' })
  await expect(act(newId(), 'resolve')).rejects.toMatchObject({ code: 'comment/not-found' })
  const { id } = await add({ at: [20, 10] })
  await expect(act(id, 'text')).rejects.toMatchObject({ code: 'input/invalid' })
  await store.call('datasets.remove', { datasetId })
  await expect(act(id, 'resolve')).rejects.toMatchObject({ code: 'item/not-found' })
})
