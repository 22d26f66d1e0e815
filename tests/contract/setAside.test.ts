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

it('undo of tags and states passes over pictures that were set aside meanwhile, and says how many', async () => {
  const { store, ids } = await pictures()
  const itemIds = ids.slice(2)
  const tagged = await store.call('items.setTags', { itemIds, add: ['rain'], remove: [] })
  const marked = await store.call('items.setStatus', { itemIds, status: 'rejected' })
  await store.call('items.setAside', { itemIds: [ids[3]!], code: 'file/truncated', message: 'it is cut off' })
  expect(await store.call('items.undoStatus', { entryIds: marked.entryIds })).toMatchObject({ changed: 2, missing: 1 })
  expect(await store.call('items.undoFacts', { entryIds: tagged.entryIds })).toMatchObject({ changed: 2, missing: 1 })
  await store.call('items.takeBack', { itemIds: [ids[3]!] })
  const states = await Promise.all(itemIds.map(async (itemId) => await store.call('items.get', { itemId })))
  expect(states.map(({ status, tags }) => [status, tags])).toEqual([
    ['todo', []],
    ['rejected', ['rain']],
    ['todo', []],
  ])
})

/** A project with small pictures of these names, and their assets by media processes of a file. */
async function picturesOnDisk(names: readonly string[]) {
  const started = await startCore()
  onTestFinished(() => started.core.close())
  const { core, client, folder } = started
  const source = path.join(folder, 'pictures')
  mkdirSync(source)
  for (const [i, name] of names.entries())
    await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 60 * i, g: 90, b: 0 } } })
      .png()
      .toFile(path.join(source, `${name}.png`))
  await core.host.slot.create(projectOf(folder), 'test')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: source })).folderId })
  const { datasetId } = (await endOfJob(core, jobId)).result as { datasetId: string }
  const { items } = await client.items.window({ datasetId, filter: everything, offset: 0, limit: 9 })
  const { slot, jobs, events } = core.host
  const assetsOf = (process: string) => {
    const file = fileURLToPath(new URL(`./processes/${process}`, import.meta.url))
    const limits = { size: 1, heapMb: 256, memoryMb: 1_024, timeoutMs: 30_000 }
    const pool = createWorkerPool<MediaOperations>({ name: 'media', file, spawn: forkChild, ...limits })
    onTestFinished(() => pool.close())
    const media = { imports: pool as never, pictures: pool, pyramids: pool, close: () => pool.close() }
    const guard = createPictureGuard(slot, events, media)
    return createPictureAssets(slot, media, createTiledPictures({ slot, jobs, media, guard }), guard)
  }
  return { core, client, folder, datasetId, items, assetsOf }
}

it('sets a picture aside by name that ends its media process twice, and shows the others', async () => {
  const { core, client, folder, datasetId, items, assetsOf } = await picturesOnDisk(['a', 'deadly', 'z'])
  const told: string[] = []
  onTestFinished(core.host.events.subscribe((event) => told.push(event.type)))
  const assets = assetsOf('fragileMedia.ts')
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

it('blames no picture where the media process cannot start, or is killed from outside as a system without memory does', async () => {
  const { client, datasetId, items, assetsOf } = await picturesOnDisk(['a', 'killed', 'once-killed'])
  const thumbsOf = (process: string) => {
    const assets = assetsOf(process)
    return Promise.allSettled(items.map(({ id }) => assets.thumb(id, new URLSearchParams())))
  }
  const gone = { status: 'rejected', reason: { code: 'process/gone' } }
  expect(await thumbsOf('thereIsNone.ts')).toMatchObject([gone, gone, gone])
  expect(await thumbsOf('fragileMedia.ts')).toMatchObject([{ status: 'fulfilled' }, gone, { status: 'fulfilled' }])
  expect(await client.datasets.problems({ datasetId })).toEqual([])
})
