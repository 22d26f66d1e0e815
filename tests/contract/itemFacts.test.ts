import { expect, it } from 'vitest'
import { newId } from '../../src/main/newId.ts'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedAnnotation, importedItem, newBox, temporaryFolder } from './projectFixture.ts'

async function pictures(folder = temporaryFolder()) {
  const store = directStore(folder)
  const items = Array.from({ length: 6 }, (_, i) => importedItem(i, i < 3 ? [importedAnnotation()] : []))
  const datasetId = await addDataset(store, items)
  const ids = items.map(({ id }) => id)
  const tag = (places: number[], add: string[], remove: string[] = []) =>
    store.call('items.setTags', { itemIds: places.map((n) => ids[n]!), add, remove, who: 'Ann' })
  const places = async (filter: Partial<ItemFilter>) => {
    const whole = { split: null, classId: null, status: null, text: '', ...filter }
    const { items: found, total } = await store.call('items.window', { datasetId, filter: whole, offset: 0, limit: 50 })
    expect(total).toBe(found.length)
    return found.map(({ id }) => ids.indexOf(id))
  }
  const tags = async () => Object.fromEntries((await store.call('datasets.tags', { datasetId })).map(({ name, items: n }) => [name, n]))
  const item = (n: number) => store.call('items.get', { itemId: ids[n]! })
  return { store, items, ids, datasetId, tag, places, tags, item }
}

it('gives pictures tags, counts them, filters by them with everything else, and keeps them through a restart', async () => {
  const folder = temporaryFolder()
  const { store, datasetId, tag, places, tags, item, items } = await pictures(folder)
  expect(await tag([0, 1, 4], ['night', 'rain'])).toMatchObject({ changed: 3 })
  expect(await tag([1, 2], ['fog'], ['rain'])).toMatchObject({ changed: 2 })
  expect(await tags()).toEqual({ fog: 2, night: 3, rain: 2 })
  expect((await item(1)).tags).toEqual(['night', 'fog'])
  expect(await places({ tag: 'night' })).toEqual([0, 1, 4])
  expect(await places({ tag: 'night', split: 'train' })).toEqual([0, 4])
  expect(await places({ tag: 'night', classId: items[0]!.annotations[0]!.classId })).toEqual([0, 1])
  expect(await places({ tag: 'night', status: 'done' })).toEqual([])
  expect(await places({ tag: 'night', text: 'p0004' })).toEqual([4])
  expect(await places({ tag: 'unknown' })).toEqual([])
  await store.close()
  expect(await directStore(folder).call('datasets.tags', { datasetId })).toEqual([
    { name: 'fog', items: 2 },
    { name: 'night', items: 3 },
    { name: 'rain', items: 2 },
  ])
})

it('keeps the texts that ask for regions, and whether they are sentences', async () => {
  const { store, ids, item } = await pictures()
  expect((await item(0)).instructions).toEqual({ texts: [], isSentence: true })
  const instructions = { texts: ['the part that holds water', '哪个物体最热？'], isSentence: false }
  await store.call('items.setInstructions', { itemId: ids[0]!, instructions })
  expect((await item(0)).instructions).toEqual(instructions)
})

it('puts back what a change took, except where somebody changed it again', async () => {
  const { store, ids, tag, tags, item } = await pictures()
  await tag([0, 1], ['night'])
  const { entryIds } = await tag([0, 1], ['rain'], ['night'])
  await tag([1], ['fog'])
  expect(await store.call('items.undoFacts', { entryIds })).toMatchObject({ changed: 1 })
  expect((await item(0)).tags).toEqual(['night'])
  expect((await item(1)).tags).toEqual(['rain', 'fog'])
  expect(await tags()).toEqual({ fog: 1, night: 1, rain: 1 })
  await expect(store.call('items.undoFacts', { entryIds: [newId()] })).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
  expect(await tag([0], ['night'])).toEqual({ changed: 0, datasetIds: [], entryIds: [] })
  await expect(store.call('items.setTags', { itemIds: [ids[0]!, newId()], add: ['x'], remove: [] })).rejects.toMatchObject({
    code: 'item/not-found',
  })
  expect((await item(0)).tags).toEqual(['night'])
})

it('leaves content, revisions and undo of the annotations alone', async () => {
  const { store, ids, tag } = await pictures()
  const edits = [{ op: 'create' as const, annotation: newBox() }]
  await store.call('annotations.apply', { entryId: newId(), itemId: ids[0]!, client: 'A', command: 'createBox', edits })
  const before = await store.call('items.files', { itemId: ids[0]! })
  await tag([0], ['night'])
  expect(await store.call('items.files', { itemId: ids[0]! })).toEqual(before)
  expect((await store.call('annotations.undo', { entryId: newId(), client: 'A' })).command).toBe('createBox')
})
