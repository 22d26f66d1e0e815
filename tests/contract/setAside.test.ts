import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { mkdirSync } from 'node:fs'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { forkChild } from '../../src/main/jobs/child.ts'
import type { MediaOperations } from '../../src/main/media/mediaOperations.ts'
import { createWorkerPool } from '../../src/main/media/workerPool.ts'
import { newId } from '../../src/main/newId.ts'
import { createPictureAssets } from '../../src/main/services/items/pictureAssets.ts'
import { createPictureGuard } from '../../src/main/services/items/pictureGuard.ts'
import { createTiledPictures } from '../../src/main/services/items/tiledPictures.ts'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import { endOfJob, projectOf, startCore } from './coreHarness.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedAnnotation, importedItem, newBox, temporaryFolder } from './projectFixture.ts'

const everything: ItemFilter = { split: null, classId: null, status: null, text: '' }

async function pictures() {
  const store = directStore(temporaryFolder())
  const items = Array.from({ length: 5 }, (_, i) => importedItem(i, i < 3 ? [importedAnnotation(), importedAnnotation()] : []))
  const datasetId = await addDataset(store, items)
  const ids = items.map(({ id }) => id)
  const classId = items[0]!.annotations[0]!.classId!
  await store.call('items.setTags', { itemIds: [ids[0]!, ids[1]!], add: ['night'], remove: [] })
  await store.call('items.setStatus', { itemIds: [ids[1]!], status: 'done' })
  const lists: Partial<ItemFilter>[] = [
    {},
    { split: 'train' },
    { split: 'val' },
    { classId },
    { status: 'done' },
    { tag: 'night' },
    { text: 'p0001' },
  ]
  /** All that can be seen of the dataset: lists, counts, what is trained and exported. */
  const seen = async () => ({
    lists: await Promise.all(
      lists.map(async (filter) => {
        const window = await store.call('items.window', { datasetId, filter: { ...everything, ...filter }, offset: 0, limit: 50 })
        expect(window.total).toBe(window.items.length)
        return window.items
      }),
    ),
    dataset: await store.call('datasets.get', { datasetId }),
    classes: await store.call('classes.list', { datasetId }),
    tags: await store.call('datasets.tags', { datasetId }),
    trained: await store.call('snapshot.items', { datasetId, splits: null }),
    exported: await store.call('items.page', { datasetId, after: -1, limit: 50 }),
    problems: await store.call('datasets.problems', { datasetId }),
  })
  return { store, datasetId, ids, classId, seen }
}

it('takes a picture out of every list and count with all it has, and brings it back as it was', async () => {
  const { store, datasetId, ids, classId, seen } = await pictures()
  const before = await seen()
  const [id] = [ids[1]!]
  const why = { code: 'file/truncated', message: 'cut.jpg cannot be decoded: premature end' }
  expect(await store.call('items.setAside', { itemIds: [id], ...why, who: 'Ann' })).toEqual({ changed: 1, datasetIds: [datasetId] })
  expect((await store.call('items.setAside', { itemIds: [id], ...why })).changed).toBe(0)
  const during = await seen()
  const without = (list: readonly { id: string }[]) => list.map((item) => item.id).filter((one) => one !== id)
  expect(during.lists.map((list) => list.map((item) => item.id))).toEqual(before.lists.map(without))
  expect(during.dataset).toMatchObject({
    items: before.dataset.items - 1,
    annotations: before.dataset.annotations - 2,
    quarantined: before.dataset.quarantined + 1,
  })
  expect(during.dataset.statusCounts.done).toBe(before.dataset.statusCounts.done - 1)
  const countOf = (list: typeof before.classes) => list.find((one) => one.id === classId)!.annotationCount
  expect(countOf(during.classes)).toBeLessThan(countOf(before.classes))
  expect(during.tags).toEqual([{ name: 'night', items: 1 }])
  expect([during.trained, during.exported].map((list) => list.some((item) => JSON.stringify(item).includes(id)))).toEqual([false, false])
  expect(during.problems).toEqual([
    { file: before.lists[0]![1]!.relPath, line: null, severity: 'refused', itemId: id, ...why },
    ...before.problems,
  ])
  const place = await store.call('items.neighbours', { itemId: ids[0]!, filter: everything })
  expect(place).toMatchObject({ total: 4, next: ids[2] })
  // Nothing that is asked of it meanwhile reaches it, and each answer says why.
  const edit = { entryId: newId(), itemId: id, client: 'A', command: 'draw', edits: [{ op: 'create' as const, annotation: newBox() }] }
  for (const asked of [
    () => store.call('items.get', { itemId: id }),
    () => store.call('annotations.apply', edit),
    () => store.call('items.setStatus', { itemIds: [id], status: 'rejected' }),
    () => store.call('items.setTags', { itemIds: [id], add: ['x'], remove: [] }),
  ])
    await expect(asked()).rejects.toMatchObject({ code: 'item/set-aside', data: { id } })
  expect((await store.call('items.takeBack', { itemIds: [id] })).changed).toBe(1)
  expect(await seen()).toEqual(before)
  await expect(store.call('items.setAside', { itemIds: [newId()], ...why })).rejects.toMatchObject({ code: 'item/not-found' })
})

it('what was done in a picture that is set aside waits there, and does not hold up undo in the others', async () => {
  const { store, ids } = await pictures()
  const draw = (itemId: string) =>
    store.call('annotations.apply', {
      entryId: newId(),
      itemId,
      client: 'A',
      command: 'draw',
      edits: [{ op: 'create' as const, annotation: newBox() }],
    })
  const undo = () => store.call('annotations.undo', { client: 'A', entryId: newId() })
  await draw(ids[0]!)
  await draw(ids[1]!)
  await store.call('items.setAside', { itemIds: [ids[1]!], code: 'file/truncated', message: 'it is cut off' })
  expect(await undo()).toMatchObject({ itemId: ids[0] })
  await expect(undo()).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
  await store.call('items.takeBack', { itemIds: [ids[1]!] })
  expect(await undo()).toMatchObject({ itemId: ids[1] })
})

it('sets a picture aside by name that ends its media process twice, and shows the others', async () => {
  const started = await startCore()
  onTestFinished(() => started.core.close())
  const { core, client, folder } = started
  const source = path.join(folder, 'pictures')
  mkdirSync(source)
  for (const [name, background] of Object.entries({ a: 'red', deadly: 'lime', z: 'blue' }))
    await sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toFile(path.join(source, `${name}.png`))
  await core.host.slot.create(projectOf(folder), 'test')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: source })).folderId })
  const { datasetId } = (await endOfJob(core, jobId)).result as { datasetId: string }
  const { items } = await client.items.window({ datasetId, filter: everything, offset: 0, limit: 9 })
  const file = fileURLToPath(new URL('./processes/fragileMedia.ts', import.meta.url))
  const pool = createWorkerPool<MediaOperations>({
    name: 'media',
    file,
    spawn: forkChild,
    size: 1,
    heapMb: 256,
    memoryMb: 1_024,
    timeoutMs: 30_000,
  })
  onTestFinished(() => pool.close())
  const { slot, jobs, events } = core.host
  const told: string[] = []
  onTestFinished(events.subscribe((event) => told.push(event.type)))
  const guard = createPictureGuard(slot, events)
  const media = { imports: pool as never, pictures: pool, pyramids: pool, close: () => pool.close() }
  const assets = createPictureAssets(slot, media, createTiledPictures({ slot, jobs, media, guard }), guard)
  const thumbs = await Promise.allSettled(items.map(({ id }) => assets.thumb(id, new URLSearchParams())))
  expect(thumbs.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(thumbs[1]).toMatchObject({ reason: { code: 'file/poison', data: { file: 'deadly.png' } } })
  expect(told).toContain('items')
  expect(await client.datasets.problems({ datasetId })).toMatchObject([{ file: 'deadly.png', code: 'file/poison', itemId: items[1]!.id }])
  expect((await client.items.window({ datasetId, filter: everything, offset: 0, limit: 9 })).items.map(({ name }) => name)).toEqual([
    'a',
    'z',
  ])
  await expect(assets.thumb(items[1]!.id, new URLSearchParams())).rejects.toMatchObject({ code: 'item/set-aside' })
  const { folderId } = await client.folders.idForPath({ path: folder })
  const exported = await endOfJob(core, (await client.datasets.export({ datasetId, folderId, name: 'copy' })).jobId)
  expect(exported.result).toMatchObject({ losses: [{ file: 'deadly.png', code: 'item/set-aside', severity: 'note' }] })
  await client.items.takeBack({ itemIds: [items[1]!.id] })
  expect((await client.items.window({ datasetId, filter: everything, offset: 0, limit: 9 })).total).toBe(3)
})
